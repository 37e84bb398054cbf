import { type Comparison, compareSketches, type Overlap } from "./compare-sketches.ts";
import type { Sketch } from "./sketch.ts";
import { thresholds } from "./thresholds.ts";

/**
 * `duplicate`: the same text published again. `related`: the same story in other words, or with other figures; it counts
 * as its own article. `new`: neither.
 */
export type Verdict = "duplicate" | "related" | "new";

/** Why a verdict fell. Shares and similarity are estimates from 0 to 1, counts are of the sampled words. */
export interface MatchEvidence {
  /** Share of the shorter text that stands in the longer. */
  readonly containment: number;
  readonly jaccard: number;
  readonly sharedNumbers: number;
  /** Figures of the text with fewer of them that the other has not. */
  readonly differingNumbers: number;
  readonly sharedNames: number;
  readonly differingNames: number;
  /** Absent where a text has no title. */
  readonly titleAgreement?: number;
  /** Absent where a text is so long that its sketch cannot tell. */
  readonly leadAgreement?: number;
  readonly hoursApart?: number;
  /** What kept two texts of similar words from being duplicates. */
  readonly objection?: Objection;
}

export type Objection =
  | "little-text-in-common"
  | "other-figures"
  | "new-edition"
  | "other-names"
  | "other-title"
  | "other-beginning";

export interface Match {
  readonly verdict: Verdict;
  /** Mean of containment and Jaccard: 1 for the same text, above one half for any whole part of it. */
  readonly similarity: number;
  readonly evidence: MatchEvidence;
}

/** Decides what two articles are to each other. Symmetric. Why each bound stands where it does: `thresholds.ts`. */
export function decideMatch(first: Sketch, second: Sketch): Match {
  const comparison = compareSketches(first, second);
  const containment = Math.max(comparison.firstInSecond, comparison.secondInFirst);
  const objection = findObjection(comparison, { first, second, containment });
  const { numbers, names, title, leadAgreement, hoursApart } = comparison;
  return {
    verdict: objection === undefined ? "duplicate" : isRelated(comparison, containment, objection) ? "related" : "new",
    similarity: round((containment + comparison.jaccard) / 2),
    evidence: {
      containment: round(containment),
      jaccard: round(comparison.jaccard),
      sharedNumbers: numbers.shared,
      differingNumbers: replaced(numbers),
      sharedNames: names.shared,
      differingNames: replaced(names),
      ...(isKnown(title) && { titleAgreement: round(kept(title)) }),
      ...(leadAgreement !== undefined && { leadAgreement: round(leadAgreement) }),
      ...(hoursApart !== undefined && { hoursApart: round(hoursApart) }),
      ...(objection !== undefined && { objection }),
    },
  };
}

interface Texts {
  readonly first: Sketch;
  readonly second: Sketch;
  readonly containment: number;
}

/** The first reason not to take two texts for copies. */
function findObjection(comparison: Comparison, { first, second, containment }: Texts): Objection | undefined {
  const { jaccard, shingles, numbers, names, hoursApart } = comparison;
  if (containment < thresholds.copyContainment || shingles.shared < thresholds.sharedShingles) {
    return "little-text-in-common";
  }
  const isPlain = containment >= thresholds.plainContainment;
  const wordCount = Math.min(first.wordCount, second.wordCount);
  const isShort = wordCount <= thresholds.shortWords;
  if (kept(numbers) < (isPlain ? thresholds.keptFigures : thresholds.keptFiguresEdited)) return "other-figures";
  if (hoursApart !== undefined && hoursApart > thresholds.editionHours) {
    const isChanged = replaced(numbers) > 0 || !isPlain || (isShort && jaccard < thresholds.sameText);
    if (isChanged) return "new-edition";
  }
  if (hasOtherNames(names, { isPlain, areTiny: Math.max(first.wordCount, second.wordCount) < thresholds.tinyWords }))
    return "other-names";
  return isShort ? findOtherTitle(comparison, { first, second, containment }) : findOtherStory(comparison);
}

/** Of two tiny texts every name tells, the added ones too; a longer text may have been cut or added to. */
function hasOtherNames(names: Overlap, { isPlain, areTiny }: { isPlain: boolean; areTiny: boolean }): boolean {
  if (areTiny && names.onlyFirst + names.onlySecond >= thresholds.replacedNames) return true;
  if (replaced(names) < thresholds.replacedNames) return false;
  return kept(names) < (isPlain ? thresholds.keptNames : thresholds.keptNamesEdited);
}

/** A template fills most of a short text; what it is about stands in its title, or else in its beginning. */
function findOtherTitle(comparison: Comparison, { first, second, containment }: Texts): Objection | undefined {
  const { title, leadAgreement = 1, numbers } = comparison;
  if (!isKnown(title)) {
    const isSame = containment >= thresholds.plainContainment && leadAgreement >= thresholds.leadAgreement;
    return isSame ? undefined : "other-beginning";
  }
  const areTiny = Math.max(first.wordCount, second.wordCount) < thresholds.tinyWords;
  if (kept(title) >= (areTiny ? thresholds.tinyTitleAgreement : thresholds.titleAgreement)) return undefined;
  const isRetitled =
    containment >= thresholds.plainContainment &&
    leadAgreement >= thresholds.sameLead &&
    replaced(numbers) === 0 &&
    Math.min(first.wordCount, second.wordCount) >= thresholds.tinyWords;
  return isRetitled ? undefined : "other-title";
}

/** Where neither title nor beginning agree, what two longer texts share may be boilerplate, unless the facts agree. */
function findOtherStory(comparison: Comparison): Objection | undefined {
  const { title, leadAgreement = 1 } = comparison;
  if (isKnown(title) && kept(title) >= thresholds.titleAgreement) return undefined;
  return leadAgreement >= thresholds.leadAgreement || haveSameFacts(comparison) ? undefined : "other-beginning";
}

/** Boilerplate has no figures and few names, so these are the article's own. */
function haveSameFacts({ numbers, names }: Comparison): boolean {
  const { sameFacts, sharedFigures, sharedNames } = thresholds;
  if (kept(numbers) < sameFacts || kept(names) < sameFacts) return false;
  return numbers.shared >= sharedFigures || names.shared >= sharedNames;
}

/** The same story: names, figures or title, and some words in common, about the same time. */
function isRelated(comparison: Comparison, containment: number, objection: Objection): boolean {
  const { names, numbers, title, hoursApart } = comparison;
  if (containment < thresholds.relatedContainment || objection === "new-edition") return false;
  if ((hoursApart ?? 0) > thresholds.relatedHours || names.shared < thresholds.relatedNames) return false;
  if (kept(names) < thresholds.relatedFacts || kept(numbers) < thresholds.relatedFacts) return false;
  return numbers.shared >= thresholds.relatedFigures || (isKnown(title) && kept(title) >= thresholds.titleAgreement);
}

/** Share of the smaller set that the other has too; 1 where there is nothing to keep. */
function kept(overlap: Overlap): number {
  const smaller = overlap.shared + replaced(overlap);
  return smaller === 0 ? 1 : overlap.shared / smaller;
}

/** What each text has in place of the other's. What only one of them has was added or cut. */
function replaced(overlap: Overlap): number {
  return Math.min(overlap.onlyFirst, overlap.onlySecond);
}

function isKnown(overlap: Overlap): boolean {
  return overlap.shared + overlap.onlyFirst > 0 && overlap.shared + overlap.onlySecond > 0;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
