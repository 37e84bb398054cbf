import {
  bodyHint,
  certainBodyHint,
  furnitureElements,
  furnitureHint,
  furnitureRoles,
  navigationHint,
} from "./page-furniture.ts";
import type { BlockSpan } from "./record-spans.ts";

/** Stretches of the output, in order, from the first index to one before the second. */
export type Range = readonly [start: number, end: number];

/**
 * - `marked`: the page names its body. `scored`: it is where the running text is. `left` is the share of the page's text
 *   that is left out, from 0 to 1.
 * - `all`: the page has no navigation, or next to nothing but its body.
 * - `none`: it has, but the body cannot be told.
 */
export type FoundBody =
  | { readonly way: "marked" | "scored"; readonly ranges: readonly Range[]; readonly left: number }
  | { readonly way: "all" }
  | { readonly way: "none" };

/** Paragraphs are running text from this length on; in a `p` shorter ones are, too. */
const minProseCharacters = 60;
const minParagraphCharacters = 20;
/** A paragraph of this length is text even if its class says "paywall" or "promo". */
const minLongParagraph = 120;
/** More of its text in links makes a block a list of links. */
const maxLinkShare = 0.45;
/** A body with less running text is none. */
const minBodyCharacters = 250;
/** A body with less of the page's running text is one article of many. */
const minBodyShare = 0.25;
/** A block with this share of a page's running text is the body, whatever it is called. */
const dominantShare = 0.5;
/** Where this little would be left out, nothing is. */
const minLeftShare = 0.03;

interface Measured {
  readonly span: BlockSpan;
  readonly isFurniture: boolean;
  readonly isNavigation: boolean;
  readonly weight: number;
  /** Characters within, and of these in links. */
  total: number;
  linked: number;
  /** Characters of running text, and of anything else that is not furniture. */
  prose: number;
  other: number;
}

/**
 * Finds the article's body among the blocks of a page.
 *
 * Every block is running text, furniture (navigation, share bars, comments: by element, role, class or share of links) or
 * something else. The body is the block that holds the most running text after subtracting everything else that it holds,
 * weighted by what its class says; furniture within is left out. That a segment of a page should maximise text minus noise
 * is from Pasternack and Roth, "Extracting Article Text from the Web with Maximum Subsequence Segmentation" (2009); looking
 * at class names and link density from Readability. Linear in the number of blocks.
 */
export function findBody(spans: readonly BlockSpan[]): FoundBody {
  const blocks = measure(spans);
  const pageTotal = blocks.reduce((sum, { span }) => sum + span.text, 0);
  const pageProse = sumProse(blocks);
  if (!blocks.some((block) => block.isNavigation)) return { way: "all" };
  if (pageProse < minBodyCharacters) return { way: "none" };

  const furniture = markFurniture(blocks, pageProse);
  addUp(blocks, furniture);

  let best = -1;
  let bestScore = 0;
  for (const [index, block] of blocks.entries()) {
    if (furniture[index] || block.prose < minBodyCharacters) continue;
    const score = (block.prose * block.prose * block.weight) / (block.prose + block.other);
    // Of equals the innermost, which comes later.
    if (score >= bestScore) {
      best = index;
      bestScore = score;
    }
  }
  const body = blocks[best];
  if (body === undefined || body.prose < pageProse * minBodyShare) return { way: "none" };

  const ranges = cutOut(body.span, best, blocks, furniture);
  const kept = body.prose + body.other;
  const left = pageTotal === 0 ? 0 : 1 - kept / pageTotal;
  if (left < minLeftShare) return { way: "all" };
  return { ranges, way: body.weight >= 2 ? "marked" : "scored", left };
}

function measure(spans: readonly BlockSpan[]): Measured[] {
  return spans.map((span) => {
    const hints = describe(span);
    const isCertain = certainBodyHint.test(hints.words) || hints.itemprop.includes("articlebody");
    const isBody = isCertain || span.source === "article" || hints.role === "main" || hints.role === "article";
    const isFurniture =
      !isBody &&
      (furnitureElements.has(span.source) ||
        furnitureRoles.has(hints.role) ||
        ((span.source !== "p" || span.text < minLongParagraph) && furnitureHint.test(hints.words)));
    const isNavigation =
      span.source === "nav" ||
      span.source === "footer" ||
      hints.role === "navigation" ||
      navigationHint.test(hints.words);
    const weight = isCertain ? 2 : isBody || span.source === "main" ? 1.3 : bodyHint.test(hints.words) ? 1.15 : 1;
    return { span, isFurniture, isNavigation, weight, total: span.text, linked: span.linked, prose: 0, other: 0 };
  });
}

function describe({ described }: BlockSpan): { words: string; role: string; itemprop: string } {
  let words = "";
  let role = "";
  let itemprop = "";
  for (const { name, value } of described) {
    if (name === "class" || name === "id") words += ` ${value.slice(0, 300)}`;
    else if (name === "role") role = value.trim().toLowerCase();
    else if (name === "itemprop") itemprop = value.toLowerCase();
  }
  return { words: words.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase(), role, itemprop };
}

/** Counts a block's own text as running text where it reads like a paragraph. */
function isProse({ source, text, linked }: BlockSpan): boolean {
  if (/^(?:h[1-6]|figcaption|caption|th|dt|summary|address)$/.test(source)) return false;
  if (linked > text * maxLinkShare) return false;
  return text >= (source === "p" ? minParagraphCharacters : minProseCharacters);
}

function sumProse(blocks: readonly Measured[]): number {
  return blocks.reduce((sum, { span }) => sum + (isProse(span) ? span.text : 0), 0);
}

/** Says which blocks are furniture, those within included. Parents come before their children. */
function markFurniture(blocks: readonly Measured[], pageProse: number): boolean[] {
  // How much running text is within each, to spare what holds too much of it to be furniture.
  const prose = blocks.map(({ span }) => (isProse(span) ? span.text : 0));
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const block = blocks[index];
    const parent = block === undefined ? undefined : blocks[block.span.parent];
    if (block === undefined || parent === undefined) continue;
    prose[block.span.parent] = (prose[block.span.parent] ?? 0) + (prose[index] ?? 0);
    parent.total += block.total;
    parent.linked += block.linked;
  }
  const furniture: boolean[] = [];
  for (const [index, block] of blocks.entries()) {
    const isDominant = (prose[index] ?? 0) > pageProse * dominantShare;
    const isLinkList =
      block.total > 0 && block.linked > block.total * 0.6 && !/^(?:p|h[1-6]|td|th|li)$/.test(block.span.source);
    furniture[index] = furniture[block.span.parent] === true || (!isDominant && (block.isFurniture || isLinkList));
  }
  return furniture;
}

/** Adds up running text and everything else towards the outer blocks, furniture left out. */
function addUp(blocks: readonly Measured[], furniture: readonly boolean[]): void {
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const block = blocks[index];
    if (block === undefined || furniture[index]) continue;
    const { span } = block;
    if (isProse(span)) block.prose += span.text;
    else if (!/^h[1-6]$/.test(span.source)) block.other += span.text;
    const parent = blocks[span.parent];
    if (parent !== undefined) {
      parent.prose += block.prose;
      parent.other += block.other;
    }
  }
}

/** The body's stretch of the output without the furniture in it. */
function cutOut(body: BlockSpan, index: number, blocks: readonly Measured[], furniture: readonly boolean[]): Range[] {
  const ranges: Range[] = [];
  let from = body.start;
  for (let inner = index + 1; inner < blocks.length; inner += 1) {
    const span = blocks[inner]?.span;
    if (span === undefined || span.start >= body.end) break;
    if (!furniture[inner] || span.start < from) continue;
    if (span.start > from) ranges.push([from, span.start]);
    from = span.end;
  }
  if (from < body.end) ranges.push([from, body.end]);
  return ranges;
}
