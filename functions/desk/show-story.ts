import type { ClusterMember } from "../../shared/api/cluster-member.ts";
import { type Filters, writeAddress } from "./address.ts";
import { type Desk, turnTo } from "./desk-context.ts";
import { drawShare } from "./draw-bars.ts";
import { make, makeButton, makeScroller, makeSection, makeTable } from "./make-element.ts";
import { makeEntry, makeHeadline, matchWords } from "./make-entry.ts";
import { showTime } from "./show-time.ts";

const membersPerPage = 50;

/** Shows a story: its original, who took it over, when, and how closely. */
export async function showStory(
  main: HTMLElement,
  id: string,
  desk: Desk & { readonly filters: Filters },
): Promise<void> {
  const { client, signal, filters, announce } = desk;
  main.replaceChildren(make("p", { class: "waiting" }, "Loading…"));
  const { json: story } = await client.getCluster({ id, limit: membersPerPage, signal });
  const members = [...story.items];
  const spread = makeScroller("Articles by source");
  const table = makeScroller("Articles of this story");
  const more = make("p", { class: "more" });
  const draw = (nextCursor: string | undefined) => {
    spread.replaceChildren(makeSpread(members));
    table.replaceChildren(makeMembers(members, filters));
    const load = async (cursor: string) => {
      const { json: page } = await client.getCluster({ id, limit: membersPerPage, cursor, signal });
      members.push(...page.items);
      draw(page.nextCursor);
      announce(`${members.length} articles.`);
    };
    if (nextCursor === undefined) more.replaceChildren();
    else more.replaceChildren(makeButton("Load more", () => void load(nextCursor), { id: "load-more" }));
  };
  draw(story.nextCursor);
  const total = story.duplicates + (story.originalId === undefined ? 0 : 1);
  const original = members.find((member) => member.id === story.originalId);
  const related = story.related.map((article) =>
    make("li", {}, makeEntry(article, filters, showTime(article.publishedAt ?? article.ingestedAt))),
  );

  turnTo(
    main,
    "A story",
    make(
      "article",
      { class: "story-view" },
      make(
        "nav",
        { class: "way", "aria-label": "Way" },
        make("a", { href: writeAddress({ name: "list" }, filters) }, "← Articles"),
      ),
      make("p", { class: "kicker" }, "Story"),
      make(
        "h1",
        { dir: "auto", lang: original?.title === undefined ? undefined : original.language },
        original?.title ?? "A story",
      ),
      make(
        "p",
        { class: "origin" },
        make("span", {}, total === 1 ? "1 article" : `${total} articles`),
        make("span", {}, "cluster ", make("code", {}, story.id)),
      ),
      make(
        "div",
        { class: "columns" },
        make("div", {}, makeSection("Articles", table, more)),
        make(
          "aside",
          { "aria-label": "Spread and related stories" },
          makeSection("By source", spread),
          related.length > 0 ? makeSection("Related", make("ol", { class: "related" }, ...related)) : undefined,
        ),
      ),
    ),
  );
}

function makeMembers(members: readonly ClusterMember[], filters: Filters): HTMLElement {
  const start = members[0]?.ingestedAt;
  const rows = members.map((member) => [
    makeHeadline(member, filters),
    member.source ?? member.partner,
    member.match === undefined ? "original" : matchWords[member.match],
    member.similarity === undefined ? "" : `${Math.round(member.similarity * 100)} %`,
    member.match === undefined || start === undefined
      ? showTime(member.ingestedAt)
      : nameDelay(start, member.ingestedAt),
  ]);
  return makeTable("Articles of this story", ["Article", "Source", "Evidence", "Similarity", "Came in"], rows, {
    numbersFrom: 3,
  });
}

/** How much later than the original. */
function nameDelay(start: string, end: string): string {
  const minutes = Math.round((Date.parse(end) - Date.parse(start)) / 60_000);
  const size = Math.abs(minutes);
  if (size === 0) return "same minute";
  const words =
    size < 60 ? `${size} min` : size < 48 * 60 ? `${Math.round(size / 60)} h` : `${Math.round(size / 1440)} days`;
  return `${minutes < 0 ? "−" : "+"}${words}`;
}

function makeSpread(members: readonly ClusterMember[]): HTMLElement {
  const counts = new Map<string, number>();
  for (const { source, partner } of members) counts.set(source ?? partner, (counts.get(source ?? partner) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const rows = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([source, count]) => [source, drawShare(count / most), String(count)]);
  return makeTable("Articles of this story by source", ["Source", "Share", "Articles"], rows, { numbersFrom: 2 });
}
