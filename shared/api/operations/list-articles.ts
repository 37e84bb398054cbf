import * as z from "zod";
import { ArticleStatus, ArticleSummary } from "../article-summary.ts";
import { Explanation } from "../explanation.ts";
import { ListedArticle } from "../listed-article.ts";
import { defineOperation } from "../operation.ts";
import { flag } from "../parameters/flag.ts";
import { page } from "../parameters/page-query.ts";
import { nextPage } from "../response-headers.ts";

const instantParameter = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .refine((value) => !Number.isNaN(Date.parse(value)), "must be a date that exists")
  .overwrite((value) => (Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString()));

/** A filter that may be repeated: it is met by any of its values. */
const anyOf = <T extends z.ZodType>(value: T) => z.array(value).min(1).max(10).optional();
const word = z.string().min(1);
const summaryFields = Object.keys(ArticleSummary.shape);

export const listArticles = defineOperation({
  id: "list-articles",
  method: "GET",
  path: "/v1/articles",
  summary: "List articles, newest first",
  description:
    "Filters combine; one that is repeated (`tag=a&tag=b`) is met by any of its values, up to ten. A page may be shorter than `limit`, even empty, while `nextCursor` is there: go on with it until it is absent. With `q` the best come first; a search finds what was taken in some seconds ago.",
  scope: "read",
  params: z.strictObject({}),
  query: z.strictObject({
    q: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe(
        'Full text, in title and text: words that are all to be found, `"words in quotes"` that stand side by side, `begin*` for words that begin so. Case, accents and umlauts do not matter (`Müller` finds `Mueller`).',
      ),
    partner: anyOf(word),
    source: anyOf(word),
    language: anyOf(z.string().min(2).max(35)).describe("`de` also finds `de-AT`"),
    tag: anyOf(word),
    author: anyOf(word),
    publishedFrom: instantParameter.optional().describe("At or after; a time with its zone, or a day in UTC"),
    publishedTo: instantParameter.optional().describe("Before"),
    status: z.array(ArticleStatus).min(1).max(2).default(["live"]),
    cluster: word.optional(),
    duplicates: z
      .enum(["exclude", "include", "only"])
      .optional()
      .describe("`exclude` where it is absent, but `include` with `cluster`"),
    sort: z
      .enum(["publishedAt", "-publishedAt", "ingestedAt", "-ingestedAt"])
      .optional()
      .describe(
        "Ascending, or with a minus descending; `-publishedAt` where it is absent, but as they joined with `cluster`. What was published in the future counts as published when it arrived.",
      ),
    fields: z
      .string()
      .transform((list) => list.split(","))
      .refine(
        (list) => list.every((name) => summaryFields.includes(name)),
        `must be some of ${summaryFields.join(",")}`,
      )
      .optional()
      .describe("What to give of each article beside its ID, with commas between; everything where it is absent")
      .meta({ override: { type: "string", examples: ["title,source,publishedAt"] } }),
    explain: flag.describe("`true`: tell how the page was read, and what that cost"),
    ...page,
  }),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z
        .object({ items: z.array(ListedArticle), nextCursor: z.string().optional(), explain: Explanation.optional() })
        .meta({ id: "ArticleList" }),
      headers: nextPage,
    },
  },
});
