/** What the page shows. */
export type View =
  | { readonly name: "list" }
  | { readonly name: "article"; readonly id: string }
  | { readonly name: "diff"; readonly id: string; readonly revisions: string }
  | { readonly name: "story"; readonly id: string }
  | { readonly name: "live" };

/** Parameters of the list, each with its values, by the names that the API has for them. */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface Place {
  readonly view: View;
  readonly filters: Filters;
}

const viewParameters = ["view", "article", "revisions", "story"];

/** Parameters of the API that the page sets itself. */
const pageParameters = ["fields", "explain", "limit", "cursor"];

/**
 * Reads the query of the page's address. What names no view is a filter, also one that nobody knows: the API refuses it in
 * words, instead of a list that leaves it out without a word.
 */
export function readAddress(search: string): Place {
  const query = new URLSearchParams(search);
  const filters: Record<string, string[]> = {};
  for (const [name, value] of query) {
    if ([...viewParameters, ...pageParameters].includes(name) || value === "") continue;
    filters[name] = [...(filters[name] ?? []), value];
  }
  return { view: readView(query), filters };
}

function readView(query: URLSearchParams): View {
  const id = query.get("article");
  const revisions = query.get("revisions");
  const story = query.get("story");
  if (id !== null) return revisions === null ? { name: "article", id } : { name: "diff", id, revisions };
  if (story !== null) return { name: "story", id: story };
  return query.get("view") === "live" ? { name: "live" } : { name: "list" };
}

/** The address of a place, to read again. */
export function writeAddress(view: View, filters: Filters): string {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(filters)) for (const value of values) query.append(name, value);
  if (view.name === "article" || view.name === "diff") query.set("article", view.id);
  if (view.name === "diff") query.set("revisions", view.revisions);
  if (view.name === "story") query.set("story", view.id);
  if (view.name === "live") query.set("view", "live");
  return `?${query}`;
}
