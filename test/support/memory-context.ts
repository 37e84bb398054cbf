import { deriveArticle } from "../../shared/article/derive-article.ts";
import type { IngestContext } from "../../shared/ingest-article.ts";
import type { MemoryStores } from "./memory-stores.ts";
import { withoutProfiles } from "./without-profiles.ts";

/** What the pipeline needs of the world, on stores in memory; the clock stands still. */
export function makeMemoryContext(stores: MemoryStores): IngestContext {
  return {
    articles: stores.table,
    raw: stores.raw,
    derive: deriveArticle,
    profiles: withoutProfiles,
    now: () => new Date("2026-11-23T12:00:00.000Z"),
    nearDuplicateDays: 90,
    timelineShards: 1,
    pause: async () => {},
  };
}
