import type { ArticleSummary } from "../../shared/api/article-summary.ts";
import { type Filters, writeAddress } from "./address.ts";
import { make } from "./make-element.ts";

/** A text in pieces: what was searched for, and what stands between. */
type Pieces = readonly { readonly text: string; readonly isMatch: boolean }[];

/** An article on a list; where something was searched for, with what was found. */
export type ListedArticle = ArticleSummary & {
  readonly highlights?: { readonly title?: Pieces | undefined; readonly text: Pieces } | undefined;
};

/** What makes an article a copy, in words. */
export const matchWords: Readonly<Record<NonNullable<ArticleSummary["match"]>, string>> = {
  content: "same text",
  url: "same address",
  near: "similar text",
};

/** The title of an article as a link to it, in its own language. */
export function makeHeadline(
  { id, title, language, status, highlights }: ListedArticle,
  filters: Filters,
): HTMLElement {
  const words = title ?? (status === "retracted" ? "Retracted" : "Without a title");
  return make(
    "a",
    {
      class: title === undefined ? "headline nameless" : "headline",
      href: writeAddress({ name: "article", id }, filters),
      "data-id": id,
      lang: title === undefined ? undefined : language,
      dir: "auto",
    },
    ...(highlights?.title === undefined ? [words] : markMatches(highlights.title)),
  );
}

function markMatches(pieces: Pieces): (HTMLElement | string)[] {
  return pieces.map(({ text, isMatch }) => (isMatch ? make("mark", {}, text) : text));
}

/**
 * An article on a list: when, what, from where.
 *
 * @param when that is shown, of several times that it has
 */
export function makeEntry(article: ListedArticle, filters: Filters, when: HTMLElement): HTMLElement {
  const { source, partner, language, authors = [], tags = [], match, status, revision, highlights } = article;
  const marks = [
    status === "retracted" ? "Retracted" : undefined,
    match === undefined ? undefined : `Copy: ${matchWords[match]}`,
    revision > 1 ? `Revision ${revision}` : undefined,
  ].filter((mark) => mark !== undefined);
  const origin = [source, source === partner ? undefined : partner, language].filter((part) => part !== undefined);
  return make(
    "article",
    { class: "entry" },
    when,
    make(
      "div",
      {},
      make("h3", {}, makeHeadline(article, filters)),
      make(
        "p",
        { class: "origin" },
        ...origin.map((part) => make("span", {}, part)),
        authors.length > 0 ? make("span", { dir: "auto" }, `by ${shorten(authors, 3)}`) : undefined,
      ),
      highlights && make("p", { class: "passage", lang: language, dir: "auto" }, ...markMatches(highlights.text)),
      tags.length + marks.length > 0
        ? make(
            "p",
            { class: "tags" },
            ...marks.map((mark) => make("span", { class: "mark" }, mark)),
            ...tags.slice(0, 6).map((tag) => make("span", { class: "tag", dir: "auto" }, tag)),
          )
        : undefined,
    ),
  );
}

/** The first names of a list, and how many more there are. */
function shorten(names: readonly string[], most: number): string {
  const more = names.length - most;
  return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
