import type { ArticleDetail } from "../../shared/api/article-detail.ts";
import type { Client } from "../../shared/api/create-client.ts";
import { type Filters, writeAddress } from "./address.ts";
import { type Desk, turnTo } from "./desk-context.ts";
import { countImages, fillFrame, makeFrame } from "./frame-article.ts";
import { make, makeButton, makeFacts, makeScroller, makeSection, makeTable } from "./make-element.ts";
import { matchWords } from "./make-entry.ts";
import { showTime } from "./show-time.ts";

interface ReadingDesk extends Desk {
  readonly filters: Filters;
  readonly neighbours: { readonly previous?: string | undefined; readonly next?: string | undefined };
}

type Revisions = Awaited<ReturnType<Client["listArticleRevisions"]>>["json"];
type Story = Awaited<ReturnType<Client["getCluster"]>>["json"];

/** As many of an article's revisions are listed beside it. */
const shownRevisions = 50;

/** A frame cannot be measured from outside; up to so much HTML, a small one is enough. */
const briefCharacters = 1000;

/** Shows an article in its frame, and beside it all that is known of it. */
export async function showArticle(main: HTMLElement, id: string, desk: ReadingDesk): Promise<void> {
  const { client, signal, filters } = desk;
  const waiting = make("p", { class: "waiting" }, "Loading…");
  main.replaceChildren(waiting);
  const [{ json: article }, { text: html }, { json: revisions }] = await Promise.all([
    client.getArticle({ id, signal }),
    client.getArticleHtml({ id, signal }),
    client.listArticleRevisions({ id, limit: shownRevisions, signal }),
  ]);
  const { json: story } = await client.getCluster({ id: article.clusterId, limit: 1, signal });
  const title = article.title ?? "Without a title";

  turnTo(
    main,
    title,
    make(
      "article",
      { class: "article-view" },
      makeWay(desk),
      makeHead(article, title),
      make(
        "div",
        { class: "columns" },
        makeReading(article, title, html),
        make(
          "aside",
          { "aria-label": "About this article" },
          makeStoryPart(article, story, filters),
          makeWarnings(article),
          makeSanitation(article),
          makeRevisionsPart(article, revisions, filters),
          makeRecord(article, filters),
        ),
      ),
    ),
  );
}

function makeWay({ filters, neighbours: { previous, next } }: ReadingDesk): HTMLElement {
  const link = (id: string | undefined, words: string, name: string) =>
    id === undefined ? undefined : make("a", { id: name, href: writeAddress({ name: "article", id }, filters) }, words);
  return make(
    "nav",
    { class: "way", "aria-label": "Way" },
    make("a", { href: writeAddress({ name: "list" }, filters) }, "← Articles"),
    make(
      "span",
      { class: "steps" },
      link(previous, "Previous", "previous-article"),
      link(next, "Next", "next-article"),
    ),
  );
}

function makeHead(article: ArticleDetail, title: string): HTMLElement {
  const { language, authors = [], source, partner, url, publishedAt, ingestedAt } = article;
  return make(
    "header",
    {},
    make("p", { class: "kicker" }, source ?? partner),
    make("h1", { lang: article.title === undefined ? undefined : language, dir: "auto" }, title),
    make(
      "p",
      { class: "origin" },
      authors.length > 0 ? make("span", { dir: "auto" }, `by ${authors.join(", ")}`) : undefined,
      publishedAt === undefined ? undefined : make("span", {}, "published ", showTime(publishedAt)),
      make("span", {}, "came in ", showTime(ingestedAt)),
      url === undefined ? undefined : makeWebLink(url, "Open at its source"),
    ),
  );
}

/** A link to somebody else's page, where the address is one of the web. */
function makeWebLink(url: string, words: string): HTMLElement {
  if (!/^https?:\/\//i.test(url)) return make("span", {}, url);
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}

function makeReading(article: ArticleDetail, title: string, html: string): HTMLElement {
  const frame = makeFrame(title, html.length < briefCharacters ? "article-frame brief" : "article-frame");
  const fill = (withImages: boolean) => fillFrame(frame, { html, title, language: article.language, withImages });
  fill(false);
  const images = countImages(html);
  const bar = make("p", { class: "frame-bar" });
  if (images > 0) {
    const words = images === 1 ? "Show the image" : `Show ${images} images`;
    const button = makeButton(
      words,
      () => {
        fill(true);
        bar.replaceChildren(make("span", { class: "hint" }, "Images come from where the article has them."));
        frame.focus();
      },
      { id: "show-images" },
    );
    bar.append(button, make("span", { class: "hint" }, "Whoever has them there will see that somebody reads this."));
  } else
    bar.append(
      make(
        "span",
        { class: "hint" },
        html === "" ? "There is nothing in it." : "Sanitized, and in a sandbox: nothing in it runs.",
      ),
    );
  return make("div", { class: "reading" }, bar, frame);
}

function makeStoryPart(article: ArticleDetail, story: Story, filters: Filters): HTMLElement {
  const { duplicateOf, relatedTo, clusterId } = article;
  const members = story.duplicates + (story.originalId === undefined ? 0 : 1);
  const words = members === 1 ? "The only article of its story." : `One of ${members} articles of its story.`;
  const link = make("a", { href: writeAddress({ name: "story", id: clusterId }, filters) }, "Show the story");
  const original =
    duplicateOf &&
    makeFacts([
      ["Copy of", make("a", { href: writeAddress({ name: "article", id: duplicateOf.id }, filters) }, "its original")],
      ["Because of", matchWords[duplicateOf.match]],
      ["Similarity", duplicateOf.similarity === undefined ? undefined : showShare(duplicateOf.similarity)],
    ]);
  const related =
    relatedTo &&
    make(
      "p",
      {},
      `In other words, or with other figures (${showShare(relatedTo.similarity)}): `,
      make("a", { href: writeAddress({ name: "story", id: relatedTo.clusterId }, filters) }, "a related story"),
    );
  return makeSection("Story", make("p", {}, words, " ", link), original, related);
}

/** A share from 0 to 1 in percent. */
function showShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function makeWarnings({ warnings }: ArticleDetail): HTMLElement | undefined {
  if (warnings.length === 0) return undefined;
  const items = warnings.map(({ code, detail, pointer }) =>
    make(
      "li",
      {},
      make("strong", {}, code.replaceAll("-", " ")),
      make("span", { dir: "auto" }, detail),
      pointer === undefined ? undefined : make("code", {}, pointer),
    ),
  );
  return makeSection(`Warnings (${warnings.length})`, make("ul", { class: "warnings" }, ...items));
}

function makeSanitation({ sanitation: { removed } }: ArticleDetail): HTMLElement {
  if (removed.length === 0) return makeSection("Removed", make("p", {}, "Nothing had to be removed."));
  const rows = removed.map(({ what, rule, count }) => [
    make("code", {}, what),
    rule.replaceAll("-", " "),
    String(count),
  ]);
  const caption = "What the sanitizer removed";
  const table = makeTable(caption, ["What", "Why", "Times"], rows, { numbersFrom: 2 });
  return makeSection("Removed", makeScroller(caption, table));
}

function makeRevisionsPart(article: ArticleDetail, { items, nextCursor }: Revisions, filters: Filters): HTMLElement {
  const entries = items.map(({ revision, acceptedAt }) => {
    const address = writeAddress({ name: "diff", id: article.id, revisions: `${revision - 1}..${revision}` }, filters);
    return make(
      "li",
      {},
      make("span", {}, `Revision ${revision}, `, showTime(acceptedAt)),
      revision > 1 ? make("a", { href: address }, `What has changed since ${revision - 1}`) : undefined,
    );
  });
  const more = nextCursor === undefined ? undefined : make("p", { class: "hint" }, `The latest ${shownRevisions}.`);
  return makeSection("Revisions", make("ol", { class: "revisions" }, ...entries), more);
}

function makeRecord(article: ArticleDetail, filters: Filters): HTMLElement {
  const { partner, partnerArticleId, source, language, authors = [], tags = [], raw } = article;
  const listLink = (name: string, value: string) =>
    make("a", { href: writeAddress({ name: "list" }, { [name]: [value] }), dir: "auto" }, value);
  const listLinks = (name: string, values: readonly string[]) =>
    values.length === 0
      ? undefined
      : make("ul", { class: "inline" }, ...values.map((value) => make("li", {}, listLink(name, value))));
  return makeSection(
    "Record",
    makeFacts([
      ["Partner", listLink("partner", partner)],
      ["Partner’s ID", partnerArticleId === undefined ? undefined : make("code", {}, partnerArticleId)],
      ["Source", source === undefined ? undefined : listLink("source", source)],
      ["Language", language === undefined ? undefined : listLink("language", language)],
      ["Authors", listLinks("author", authors)],
      ["Tags", listLinks("tag", tags)],
      ["Updated", article.updatedAt === undefined ? undefined : showTime(article.updatedAt)],
      ["Modified", showTime(article.modifiedAt)],
      ["Address", article.canonicalUrl === undefined ? undefined : make("code", {}, article.canonicalUrl)],
      ["Came as", `${raw.contentType}, ${raw.bytes.toLocaleString("en")} bytes`],
      ["SHA-256", make("code", {}, raw.sha256)],
      ["ID", make("code", {}, article.id)],
    ]),
    make(
      "p",
      {},
      make("a", { href: writeAddress({ name: "list" }, { ...filters, partner: [partner] }) }, "More of this partner"),
    ),
  );
}
