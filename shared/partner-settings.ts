import * as z from "zod";
import type { ArticleRules } from "./article/article-rules.ts";
import { compileRules, PartnerRules } from "./partner-rules.ts";
import { type QuotaLimits, QuotaSettings, resolveQuota } from "./quota-limits.ts";

/** What ops has set for a partner. What is absent here is as the defaults say. */
export const PartnerSettings = z.object({
  quota: QuotaSettings.optional(),
  rules: PartnerRules.optional(),
  /** Counts the writes of ops, so that two of them at once do not undo each other. */
  version: z.int(),
});
export type PartnerSettings = z.infer<typeof PartnerSettings>;

/** Those of a partner for which nothing was ever set. */
export const unsetSettings: PartnerSettings = { version: 0 };

/** What a request of the partner is handled by. */
export interface PartnerPolicy {
  readonly quota: QuotaLimits;
  readonly rules: ArticleRules | undefined;
}

/** The settings with the defaults where nothing is set. */
export function resolveSettings(settings: PartnerSettings): PartnerPolicy {
  const { quota = {}, rules } = settings;
  return { quota: resolveQuota(quota), rules: rules && compileRules(rules) };
}
