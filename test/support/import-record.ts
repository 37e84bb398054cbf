import type { ImportRecord } from "../../shared/stores/import-record.ts";

/** An import as POST leaves it, a second ago. */
export function makeImport(change: Partial<ImportRecord> = {}): ImportRecord {
  return {
    id: "0123456789abcdef0123456789abcdef",
    partner: "wire",
    mediaType: "application/x-ndjson",
    contentLength: 1000,
    createdAt: "2026-11-23T08:00:00.000Z",
    uploadExpiresAt: "2026-11-23T09:00:00.000Z",
    expiresAt: 1_798_000_000,
    state: "awaiting-upload",
    position: { items: 0, lines: 0, bytes: 0 },
    counts: { created: 0, updated: 0, unchanged: 0, duplicate: 0, retracted: 0, refused: 0, deferred: 0 },
    keptFailures: 0,
    ...change,
  };
}
