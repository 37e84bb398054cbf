import { hashLine } from "./hash-line.ts";
import { mixBits } from "./mix-bits.ts";

/**
 * The lines that a partner's articles have in common, as hashes. Immutable: every function gives a new one.
 *
 * Bounded (`maxProfileLines`), and a join of two versions is never wrong: a line knows which articles had it (as marks of
 * eight bits), so that joining is a union. A lost or repeated update can only delay what is found. Distinct counting by a
 * small sample of marks instead of a counter is after Philippe Flajolet, Nigel Martin ("Probabilistic counting", 1985);
 * keeping the frequent ones of a stream in bounded space after Jayadev Misra, David Gries ("Finding repeated elements",
 * 1982), mergeable after Pankaj Agarwal and others ("Mergeable summaries", 2012).
 */
export interface LineProfile {
  /** Articles added so far; the clock by which lines are forgotten. */
  readonly articleCount: number;
  readonly lines: ReadonlyMap<number, ProfileLine>;
}

export interface ProfileLine {
  /** Marks of different articles that had the line, ascending, at most `recurrences`. */
  readonly marks: readonly number[];
  /** `articleCount` when it was last seen. */
  readonly seenAt: number;
}

export interface ProfiledArticle {
  /** Any text that is the same for all revisions, retries and copies of an article, and different for others. */
  readonly id: string;
  readonly lines: readonly string[];
}

/** In so many articles of a partner a line must stand to be no part of any. */
export const recurrences = 4;

/** Encoded, a profile stays below 4 KB: one read unit, at most four write units. */
export const maxProfileLines = 400;

/** Beyond the maximum so many are kept, so that not every article has to choose. */
const keptProfileLines = 320;

/** A line that was not seen in so many articles is forgotten. */
const memoryArticles = 4096;

/** Furniture stands at the ends; what lies between them in a long article would only fill the profile. */
const headLines = 4;
const tailLines = 8;

export const emptyLineProfile: LineProfile = { articleCount: 0, lines: new Map() };

/**
 * Adds an article. Adding one twice changes nothing but the clock.
 *
 * Give the ID of its cluster: copies of one text would otherwise make its paragraphs recur.
 */
export function addArticle(profile: LineProfile, article: ProfiledArticle): LineProfile {
  const articleCount = profile.articleCount + 1;
  const mark = markArticle(article.id);
  const lines = new Map(profile.lines);
  for (const hash of profiledHashes(article.lines)) {
    lines.set(hash, { marks: joinMarks(lines.get(hash)?.marks ?? [], [mark]), seenAt: articleCount });
  }
  return forget({ articleCount, lines });
}

/** Joins two versions of a profile. Commutative, associative, idempotent, as long as nothing is forgotten. */
export function joinProfiles(first: LineProfile, second: LineProfile): LineProfile {
  const lines = new Map(first.lines);
  for (const [hash, line] of second.lines) {
    const known = lines.get(hash);
    lines.set(hash, {
      marks: joinMarks(known?.marks ?? [], line.marks),
      seenAt: Math.max(known?.seenAt ?? 0, line.seenAt),
    });
  }
  return forget({ articleCount: Math.max(first.articleCount, second.articleCount), lines });
}

/** When there is too much: drops what is old, then the lines of fewest articles, oldest first. */
function forget(profile: LineProfile): LineProfile {
  if (profile.lines.size <= maxProfileLines) return profile;
  const oldest = profile.articleCount - memoryArticles;
  const recent = [...profile.lines].filter(([, line]) => line.seenAt > oldest);
  return { ...profile, lines: new Map(recent.sort(compareWorth).slice(0, keptProfileLines)) };
}

/** Ties are settled by the hash, so that all writers forget the same. */
function compareWorth(first: [number, ProfileLine], second: [number, ProfileLine]): number {
  return second[1].marks.length - first[1].marks.length || second[1].seenAt - first[1].seenAt || first[0] - second[0];
}

/** Keeps the smallest: which they are does not matter, only that all writers keep the same. */
export function joinMarks(first: readonly number[], second: readonly number[]): readonly number[] {
  return [...new Set([...first, ...second])].sort((a, b) => a - b).slice(0, recurrences);
}

function profiledHashes(lines: readonly string[]): Set<number> {
  const isLong = lines.length > headLines + tailLines;
  const outer = isLong ? [...lines.slice(0, headLines), ...lines.slice(-tailLines)] : lines;
  const hashes = new Set<number>();
  for (const line of outer) {
    const hash = hashLine(line);
    if (hash !== undefined) hashes.add(hash);
  }
  return hashes;
}

/** Eight bits that stand for an article: of four articles two have the same mark with a chance of 2 in 100. */
export function markArticle(id: string): number {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return mixBits(hash) & 255;
}
