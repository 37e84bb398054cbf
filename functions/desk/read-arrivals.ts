import type { Client } from "../../shared/api/create-client.ts";
import type { LiveChange } from "./tally-changes.ts";

const articlesPerPage = 200;

/** A thousand arrivals are enough to begin with. */
const maxPages = 5;

/**
 * Reads what has come in since a time, the latest first, as the log of changes would have told it: of each article its
 * arrival. Updates and retractions are not in it, for a list has an article once.
 */
export async function readArrivals(
  client: Pick<Client, "listArticles">,
  sinceMs: number,
  signal: AbortSignal,
): Promise<LiveChange[]> {
  const arrivals: LiveChange[] = [];
  let cursor: string | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const { json } = await client.listArticles({
      sort: "-ingestedAt",
      duplicates: "include",
      fields: "partner,title,language,ingestedAt,match",
      limit: articlesPerPage,
      ...(cursor !== undefined && { cursor }),
      signal,
    });
    for (const { id, partner, title, language, ingestedAt = "", match } of json.items) {
      if (Date.parse(ingestedAt) < sinceMs) return arrivals;
      const type = match === undefined ? "created" : "duplicate";
      arrivals.push({ type, id, revision: 1, at: ingestedAt, partner, title: title ?? "", language });
    }
    cursor = json.nextCursor;
    if (cursor === undefined) break;
  }
  return arrivals;
}
