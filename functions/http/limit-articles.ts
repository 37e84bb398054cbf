import { ProblemError } from "../../shared/api/problem.ts";
import type { QuotaGrant, Quotas } from "../../shared/quotas.ts";
import type { HttpLink } from "./http-function.ts";

/**
 * Takes one article of the partner's quota for each request, before anything of it is looked at: a request that is refused
 * has cost as much work as one that is not, and a client that sends nonsense in a loop is to be stopped as well.
 */
export function limitArticles(quotas: Quotas): HttpLink {
  return {
    async before(request) {
      const { state } = request.context;
      if (state.caller === undefined) throw new Error("Quotas are those of a partner, and nobody has asked who it is.");
      const { partner, policy } = state.caller;
      state.quota = await quotas.take(partner, policy.quota, 1);
      if (state.quota.granted === 0) throw refuseBeyondQuota(state.quota);
    },
  };
}

/** What is answered for an article beyond the quota. */
export function refuseBeyondQuota(quota: QuotaGrant): ProblemError {
  const spent = quota.states.findLast(({ remaining }) => remaining === 0) ?? quota.states[0];
  const { limit = 0, windowSeconds = 0, resetSeconds = 1 } = spent ?? {};
  const period = spent?.policy === "day" ? "a day (UTC)" : `${windowSeconds.toLocaleString("en")} seconds`;
  return new ProblemError(
    "quota-exceeded",
    `Your quota of ${limit.toLocaleString("en")} articles in ${period} is used up. Send it again in ${resetSeconds.toLocaleString("en")} seconds.`,
    { headers: { "Retry-After": String(resetSeconds) } },
  );
}

/** The fields of draft-ietf-httpapi-ratelimit-headers-11. The unit is an article. */
export function describeQuota(quota: QuotaGrant | undefined): Record<string, string> {
  if (quota === undefined || quota.states.length === 0) return {};
  return {
    "RateLimit-Policy": quota.states
      .map(({ policy, limit, windowSeconds }) => `"${policy}";q=${limit};w=${windowSeconds}`)
      .join(", "),
    RateLimit: quota.states
      .map(({ policy, remaining, resetSeconds }) => `"${policy}";r=${remaining};t=${resetSeconds}`)
      .join(", "),
  };
}
