import type { Import } from "../api/import.ts";
import { describeProblem, ProblemError } from "../api/problem.ts";
import type { ImportRecord } from "../stores/import-record.ts";
import { maxImportAttempts } from "../stores/table-keys.ts";

/** An import as it is answered. */
export function describeImport(record: ImportRecord, now: Date): Import {
  const { id, mediaType, charset, contentEncoding, contentLength, createdAt, startedAt, finishedAt } = record;
  const { counts, keptFailures, position, problem } = record;
  return {
    id,
    state: describeState(record, now),
    contentType: charset === undefined ? mediaType : `${mediaType}; charset=${charset}`,
    contentEncoding,
    contentLength,
    createdAt,
    startedAt,
    finishedAt,
    position: { items: position.items, bytes: position.bytes },
    counts,
    ...(counts.refused + counts.deferred > 0 && {
      failures: { kept: keptFailures, href: `/v1/imports/${id}/failures` },
    }),
    ...(problem && {
      problem: describeProblem(new ProblemError(problem.kind, problem.detail, problem), `urn:import:${id}`),
    }),
  };
}

function describeState({ state, lease, uploadExpiresAt }: ImportRecord, now: Date): Import["state"] {
  const time = now.toISOString();
  if (state === "awaiting-upload") return uploadExpiresAt < time ? "expired" : state;
  // The last attempt is over and its message lies with the dead letters.
  const isParked = lease !== undefined && lease.attempt >= maxImportAttempts && lease.expiresAt <= time;
  return state === "running" && isParked ? "parked" : state;
}
