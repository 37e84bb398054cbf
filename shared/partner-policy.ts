import type { ArticleRules } from "./article/article-rules.ts";
import { compileRules } from "./compile-rules.ts";
import type { PartnerSettings } from "./partner-settings.ts";
import { type QuotaLimits, resolveQuota } from "./quota-limits.ts";

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
