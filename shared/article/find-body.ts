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

const headings: ReadonlySet<string> = new Set(["h1", "h2", "h3", "h4", "h5", "h6"]);
/** What stands directly in these is no running text, however long. */
const labels: ReadonlySet<string> = new Set([...headings, "figcaption", "caption", "th", "dt", "summary", "address"]);
/** These may be all link without being a list of links. */
const linkable: ReadonlySet<string> = new Set([...headings, "p", "td", "th", "li"]);

interface Measured {
  readonly span: BlockSpan;
  readonly parent: Measured | undefined;
  /** By what it is called; markFurniture adds what follows from the blocks within and around it. */
  isFurniture: boolean;
  readonly isNavigation: boolean;
  readonly weight: number;
  /** Characters within, and of these in links and in running text. */
  total: number;
  linked: number;
  running: number;
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
  const pageTotal = blocks.reduce((sum, block) => sum + block.total, 0);
  const pageProse = blocks.reduce((sum, block) => sum + block.running, 0);
  if (!blocks.some((block) => block.isNavigation)) return { way: "all" };

  markFurniture(blocks, pageProse);
  addUp(blocks);

  let body: Measured | undefined;
  let bestScore = 0;
  for (const block of blocks) {
    if (block.prose < minBodyCharacters) continue;
    const score = (block.prose * block.prose * block.weight) / (block.prose + block.other);
    // Of equals the innermost, which comes later.
    if (score >= bestScore) {
      body = block;
      bestScore = score;
    }
  }
  if (body === undefined || body.prose < pageProse * minBodyShare) return { way: "none" };

  const left = 1 - (body.prose + body.other) / pageTotal;
  if (left < minLeftShare) return { way: "all" };
  return { ranges: cutOut(body.span, blocks), way: body.weight >= 2 ? "marked" : "scored", left };
}

function measure(spans: readonly BlockSpan[]): Measured[] {
  const blocks: Measured[] = [];
  for (const span of spans) {
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
    blocks.push({
      span,
      parent: blocks[span.parent],
      isFurniture,
      isNavigation,
      weight,
      total: span.text,
      linked: span.linked,
      running: isProse(span) ? span.text : 0,
      prose: 0,
      other: 0,
    });
  }
  return blocks;
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
  if (labels.has(source) || linked > text * maxLinkShare) return false;
  return text >= (source === "p" ? minParagraphCharacters : minProseCharacters);
}

/** Says which blocks are furniture, those within included. Parents come before their children. */
function markFurniture(blocks: readonly Measured[], pageProse: number): void {
  for (const { parent, total, linked, running } of blocks.toReversed()) {
    if (parent === undefined) continue;
    parent.total += total;
    parent.linked += linked;
    parent.running += running;
  }
  for (const block of blocks) {
    // What holds too much running text to be furniture is spared.
    const isDominant = block.running > pageProse * dominantShare;
    const isLinkList = block.linked > block.total * 0.6 && !linkable.has(block.span.source);
    block.isFurniture = block.parent?.isFurniture === true || (!isDominant && (block.isFurniture || isLinkList));
  }
}

/** Adds up running text and everything else towards the outer blocks, furniture left out. */
function addUp(blocks: readonly Measured[]): void {
  for (const block of blocks.toReversed()) {
    if (block.isFurniture) continue;
    const { span, parent } = block;
    if (isProse(span)) block.prose += span.text;
    else if (!headings.has(span.source)) block.other += span.text;
    if (parent !== undefined) {
      parent.prose += block.prose;
      parent.other += block.other;
    }
  }
}

/** The body's stretch of the output without the furniture in it. */
function cutOut(body: BlockSpan, blocks: readonly Measured[]): Range[] {
  const ranges: Range[] = [];
  let from = body.start;
  for (const { span, isFurniture } of blocks) {
    if (!isFurniture || span.start < from || span.start >= body.end) continue;
    if (span.start > from) ranges.push([from, span.start]);
    from = span.end;
  }
  if (from < body.end) ranges.push([from, body.end]);
  return ranges;
}
