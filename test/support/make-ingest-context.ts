import { deriveArticle } from "../../shared/article/derive-article.ts";
import type { IngestContext } from "../../shared/ingest-article.ts";
import type { MemoryStores } from "./memory-stores.ts";
import { withoutProfiles } from "./without-profiles.ts";

/** The world of the pipeline with stores in memory: no pauses, no line profiles, and a clock that goes on by a second a look. */
export function makeIngestContext(stores: MemoryStores, changes: Partial<IngestContext> = {}): IngestContext {
  let looks = 0;
  return {
    articles: stores.table,
    raw: stores.raw,
    derive: deriveArticle,
    now: () => new Date(Date.UTC(2026, 10, 23) + looks++ * 1000),
    profiles: withoutProfiles,
    nearDuplicateDays: 90,
    timelineShards: 1,
    pause: async () => {},
    ...changes,
  };
}
