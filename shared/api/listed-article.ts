import * as z from "zod";
import { ArticleSummary } from "./article-summary.ts";

/** A text in pieces, in its order: what was searched for, and what stands between. It is plain text, never markup. */
const HighlightParts = z.array(z.object({ text: z.string(), isMatch: z.boolean() }));

export const Highlights = z
  .object({
    title: HighlightParts.optional().describe("The whole title"),
    text: HighlightParts.describe("The passage of the text that shows most of what was searched for"),
  })
  .meta({ id: "Highlights" });
export type Highlights = z.infer<typeof Highlights>;

/** An article on a list, with the fields that were asked for. */
export const ListedArticle = ArticleSummary.partial()
  .required({ id: true })
  .extend({
    score: z.number().optional().describe("Only with `q`: how well it fits, comparable within one search"),
    highlights: Highlights.optional().describe("Only with `q`"),
  })
  .meta({ id: "ListedArticle" });
export type ListedArticle = z.infer<typeof ListedArticle>;
