import { compareSketches } from "./compare-sketches.ts";
import type { Sketch } from "./sketch.ts";
import { thresholds } from "./thresholds.ts";

/**
 * Says whether a copy has text that its original lacks, as the full article has after its teaser. Such a copy writes keys
 * and a sketch too, so that the next copies find the cluster by it.
 *
 * Ask only for a copy that matched the original itself. One that matched another copy must not draw in more: chains of
 * copies end in texts that have nothing in common.
 */
export function extendsOriginal(copy: Sketch, original: Sketch): boolean {
  return compareSketches(copy, original).firstInSecond < thresholds.representedShare;
}
