import type { Change } from "../../../shared/api/change.ts";
import type { ErasureTarget } from "./erasure-work.ts";

/** Whether a change says more of what is erased than that something happened to an article of its ID. */
export function tellsOf(
  { id, partner, source, language }: Change,
  target: ErasureTarget,
  articleIds: ReadonlySet<string>,
): boolean {
  const isErased = articleIds.has(id) || (target.kind === "partner" && partner === target.partner);
  return isErased && (partner ?? source ?? language) !== undefined;
}

/** The change without whose it was and what it was about. Its place and the ID of its event stay. */
export function anonymizeChange<Kind extends Change>(change: Kind): Omit<Kind, "partner" | "source" | "language"> {
  const { partner: _partner, source: _source, language: _language, ...kept } = change;
  return kept;
}
