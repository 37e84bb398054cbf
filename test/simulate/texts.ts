import { deriveArticle } from "../../shared/article/derive-article.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { story } from "../fixtures/story.ts";

const { lines } = story;
const join = (...parts: (readonly string[] | string)[]) => parts.flat().join("\n");

/** Texts by name: few, so that everything meets everything. */
export const texts = {
  council: uniqueText("council"),
  budget: uniqueText("budget"),
  teaser: join(lines.slice(0, 3)),
  story: join(lines),
  /** Has nothing of the teaser. */
  ending: join(lines.slice(4)),
  /** The story as two papers print it: each of the three is like the others, and none is the same. */
  wire: join("The North Sea agency reports from the quay that nobody was hurt in the strike.", lines),
  paper: join(
    lines.slice(0, 7),
    "The crane drivers will vote on the deal this week, as their union has let everybody know.",
  ),
} as const;
export type TextName = keyof typeof texts;
export const textNames = Object.keys(texts) as TextName[];

/** Of these, whatever the order in which they come, one is the original. */
export const likeTexts: readonly TextName[] = ["story", "wire", "paper"];

const readings = new Map<string, ReturnType<typeof deriveArticle>>();

/**
 * The project's own reading of a document, done once for each: it is pure and takes most of the time of an ingest, and the
 * simulator asks about few documents. Only the warnings of dates that lie ahead depend on the time, and no date here does.
 */
export const deriveOnce: typeof deriveArticle = (document, given, known) => {
  const key = `${document.content} ${given.url} ${given.publishedAt}`;
  const found = readings.get(key) ?? deriveArticle(document, given, known);
  readings.set(key, found);
  return found;
};
