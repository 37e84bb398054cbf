import { randomBytes } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { openCursor, signCursor } from "../../shared/sign-cursor.ts";
import type { PartnerTable } from "../../shared/stores/partner-table.ts";

export interface Pager {
  /** Where the page begins; absent for the first one. */
  readonly position: string | undefined;
  /** The answer's `nextCursor` and `Link`, for the position where the page ended. */
  turn(position: string | undefined): { readonly nextCursor?: string; readonly headers: Record<string, string> };
}

/** Cursors of one function: signed, and bound to the query that they came from. */
export function openPager(partners: Pick<PartnerTable, "obtainCursorSecret">) {
  let secret: string | undefined;

  /**
   * @param query parsed query; `cursor` and `limit` may change from page to page, nothing else may
   * @throws ProblemError `invalid-cursor`
   */
  return async function readCursor(
    event: APIGatewayProxyEventV2,
    query: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Pager> {
    const { cursor, limit: _limit, ...filters } = query;
    const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
    const bound = JSON.stringify([event.rawPath, sorted]);
    secret ??= await partners.obtainCursorSecret(() => randomBytes(32).toString("base64url"));
    const key = secret;
    return {
      position: cursor === undefined ? undefined : openCursor(key, bound, cursor),
      turn(position) {
        if (position === undefined) return { headers: {} };
        const nextCursor = signCursor(key, bound, position);
        const next = new URLSearchParams(event.rawQueryString);
        next.set("cursor", nextCursor);
        return { nextCursor, headers: { Link: `<${event.rawPath}?${next}>; rel="next"` } };
      },
    };
  };
}
