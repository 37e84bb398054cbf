import type { Client } from "../../shared/api/create-client.ts";
import { type Filters, type View, writeAddress } from "./address.ts";
import { type Desk, turnTo } from "./desk-context.ts";
import { make } from "./make-element.ts";
import { showTime } from "./show-time.ts";

type Answer = Awaited<ReturnType<Client["getArticleRevision"]>>["json"];
type Diff = Extract<Answer, { lines: unknown }>;
type Part = Diff["title"][number];
type Line = Diff["lines"][number];

/** Lines that stay around one that has changed. */
const contextLines = 2;

/** Shows what has changed from one revision of an article to another. */
export async function showDiff(
  main: HTMLElement,
  view: Extract<View, { name: "diff" }>,
  { client, signal, filters, go }: Desk & { readonly filters: Filters },
): Promise<void> {
  const { id, revisions } = view;
  main.replaceChildren(make("p", { class: "waiting" }, "Loading…"));
  const [{ json: answer }, { json: all }] = await Promise.all([
    client.getArticleRevision({ id, revisions, signal }),
    client.listArticleRevisions({ id, limit: 200, signal }),
  ]);
  // The API takes a single revision at the same address; here it is compared with the one before, or with itself.
  if (!("lines" in answer)) {
    const { revision } = answer;
    go(writeAddress({ name: "diff", id, revisions: `${Math.max(revision - 1, 1)}..${revision}` }, filters));
    return;
  }
  const { from, to, title, lines } = answer;
  const numbers = all.items.map(({ revision }) => revision).toSorted((a, b) => a - b);
  const changed = lines.filter(({ kind }) => kind !== "same").length;
  const back = writeAddress({ name: "article", id }, filters);
  turnTo(
    main,
    "What has changed",
    make(
      "article",
      { class: "diff-view" },
      make("nav", { class: "way", "aria-label": "Way" }, make("a", { href: back }, "← The article")),
      make("h1", {}, "What has changed"),
      makeChooser(numbers, from.revision, to.revision, (chosen) =>
        go(writeAddress({ name: "diff", id, revisions: chosen }, filters)),
      ),
      make(
        "p",
        { class: "origin" },
        make("span", {}, "from ", showTime(from.acceptedAt)),
        make("span", {}, "to ", showTime(to.acceptedAt)),
        make("span", {}, countLines(changed)),
      ),
      make("p", { class: "diff-title", dir: "auto" }, ...title.flatMap(makePart)),
      make("div", { class: "diff", dir: "auto" }, ...makeLines(lines)),
    ),
  );
}

function countLines(changed: number): string {
  if (changed === 0) return "the text is the same";
  return changed === 1 ? "1 line differs" : `${changed} lines differ`;
}

function makeChooser(numbers: readonly number[], from: number, to: number, choose: (revisions: string) => void) {
  const makeSelect = (id: string, chosen: number) =>
    make(
      "select",
      { id },
      ...numbers.map((number) => make("option", { value: number, selected: number === chosen }, `Revision ${number}`)),
    );
  const before = makeSelect("diff-from", from);
  const after = makeSelect("diff-to", to);
  const form = make(
    "form",
    { class: "chooser" },
    make("label", { for: "diff-from" }, "From"),
    before,
    make("label", { for: "diff-to" }, "to"),
    after,
    make("button", {}, "Compare"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose(`${before.value}..${after.value}`);
  });
  return form;
}

/** Long runs of lines that are the same are folded up. */
function makeLines(lines: readonly Line[]): HTMLElement[] {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(index - contextLines, 0), index + contextLines + 1).some(({ kind }) => kind !== "same"),
  );
  const made: HTMLElement[] = [];
  for (let index = 0; index < lines.length; ) {
    const end = isNear[index] ? index + 1 : findEnd(isNear, index);
    const shown = lines.slice(index, end).map(makeLine);
    if (isNear[index]) made.push(...shown);
    else
      made.push(
        make("details", { class: "same-lines" }, make("summary", {}, `${shown.length} lines as they were`), ...shown),
      );
    index = end;
  }
  return made;
}

function findEnd(isNear: readonly boolean[], start: number): number {
  const end = isNear.indexOf(true, start);
  return end < 0 ? isNear.length : end;
}

const lineWords = { same: "", removed: "Removed: ", added: "Added: ", changed: "Changed: " } as const;

function makeLine({ kind, parts }: Line): HTMLElement {
  return make(
    "p",
    { class: kind },
    kind === "same" ? undefined : make("span", { class: "visually-hidden", lang: "en" }, lineWords[kind]),
    ...parts.flatMap(makePart),
  );
}

/** What is gone is struck out and what is new underlined: it is seen without the colours, and said by those who read aloud. */
function makePart({ kind, text }: Part): (HTMLElement | string)[] {
  if (kind === "same") return [text];
  return [make(kind === "removed" ? "del" : "ins", {}, text)];
}
