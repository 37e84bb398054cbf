import * as z from "zod";
import { SubmissionMetadata } from "./api/submission.ts";

/** So many letters and digits beside the stars; a pattern with fewer would hide text. */
const minLetters = 6;

const linePattern = z
  .string()
  .max(300, "must have at most 300 characters")
  .refine((pattern) => !/[\r\n]/.test(pattern), "must be one line")
  .refine(
    (pattern) => (pattern.match(/\p{L}|\p{N}/gu)?.length ?? 0) >= minLetters,
    `must have at least ${minLetters} letters or digits`,
  );

/** What ops sets for the articles of a partner, as a file of JSON. */
export const PartnerRules = z.strictObject({
  /** Whole lines; `*` stands for anything. */
  boilerplate: z.array(linePattern).max(100).optional(),
  /** For what neither the submission nor the document says. */
  defaults: SubmissionMetadata.pick({ language: true, source: true, tags: true }).optional(),
});
export type PartnerRules = z.infer<typeof PartnerRules>;
