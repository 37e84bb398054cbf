import * as z from "zod";
import type { ArticleRules } from "./article/article-rules.ts";
import { compileRules, PartnerRules } from "./partner-rules.ts";
import { type QuotaLimits, QuotaSettings, resolveQuota } from "./quota-limits.ts";

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

/** Those of a partner for which nothing was ever set. */
export const unsetSettings: PartnerSettings = { version: 0 };

/** What a request of the partner is handled by. */
export interface PartnerPolicy {
  readonly quota: QuotaLimits;
  readonly rules: ArticleRules | undefined;
  readonly signing: { readonly isRequired: boolean; readonly secrets: readonly string[] };
}

/** The settings with the defaults where nothing is set. */
export function resolveSettings(settings: PartnerSettings): PartnerPolicy {
  const { quota = {}, rules, signing } = settings;
  return {
    quota: resolveQuota(quota),
    rules: rules && compileRules(rules),
    signing: {
      isRequired: signing?.isRequired ?? false,
      secrets: signing?.secrets.map(({ secret }) => secret) ?? [],
    },
  };
}
