import * as z from "zod";
import { PartnerArticleId } from "../submission.ts";

export const submissionParams = z.strictObject({
  partnerArticleId: PartnerArticleId.describe(
    "The partner's own ID, percent-encoded. `~` and an article ID addresses an article that was submitted without one.",
  ),
});
