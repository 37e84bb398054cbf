import * as z from "zod";
import { ArticleSummary } from "./article-summary.ts";
import { instant } from "./instant.ts";
import { DuplicateOf, RelatedTo, Sanitation, Warning } from "./submission-result.ts";

/** An article with everything but its text. */
export const ArticleDetail = ArticleSummary.omit({ match: true })
  .extend({
    canonicalUrl: z.string().optional(),
    updatedAt: instant.optional().describe("As the partner says"),
    modifiedAt: instant.describe("When Copydesk accepted this revision"),
    duplicateOf: DuplicateOf.optional(),
    relatedTo: RelatedTo.optional(),
    contentHash: z
      .string()
      .optional()
      .describe("SHA-256 of the normalised text, hexadecimal; absent where there is no text"),
    raw: z.object({ sha256: z.string(), bytes: z.int(), contentType: z.string() }),
    sanitation: Sanitation,
    warnings: z.array(Warning),
  })
  .meta({ id: "Article" });
export type ArticleDetail = z.infer<typeof ArticleDetail>;
