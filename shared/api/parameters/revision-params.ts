import * as z from "zod";
import { ArticleId } from "../article-id.ts";

/** `3` is a revision, `1..3` is what has changed from the first to the third. */
export const revisionParams = z.strictObject({
  id: ArticleId,
  revisions: z
    .string()
    .regex(/^[1-9]\d{0,5}(?:\.\.[1-9]\d{0,5})?$/, "must be a revision (3) or two of them (1..3)")
    .transform((revisions) => revisions.split("..").map(Number)),
});
