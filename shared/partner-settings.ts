import * as z from "zod";
import { PartnerRules } from "./partner-rules.ts";
import { QuotaSettings } from "./quota-settings.ts";

/** How a partner signs its requests. The secrets stand here as they are: a hash could not check a signature. */
const SigningSettings = z.object({
  isRequired: z.boolean(),
  /** Oldest first. */
  secrets: z.array(z.object({ id: z.string(), secret: z.string(), createdAt: z.string() })),
});

/** What ops has set for a partner. What is absent here is as the defaults say. */
export const PartnerSettings = z.object({
  quota: QuotaSettings.optional(),
  rules: PartnerRules.optional(),
  signing: SigningSettings.optional(),
  /** Counts the writes of ops, so that two of them at once do not undo each other. */
  version: z.int(),
});
export type PartnerSettings = z.infer<typeof PartnerSettings>;
