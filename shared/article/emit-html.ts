import { createBoundedOutput } from "./bounded-output.ts";
import { type CollectedLine, createLineCollector, hasLooseSpace } from "./collect-lines.ts";
import { escapeText } from "./escape-html.ts";
import { createInlineList } from "./inline-list.ts";
import { makeEndTag, makeStartTag, type OpeningTag } from "./opening-tag.ts";
import { bounds, type Shape } from "./policy.ts";
import { type BlockSpan, createSpanRecorder } from "./record-spans.ts";
import type { Attribute } from "./tokenize-html.ts";

export interface EmittedHtml {
  readonly html: string;
  readonly lines: readonly CollectedLine[];
  /** The blocks of the output in order, since `recordSpans` and up to `bounds.maxSpans`. */
  readonly spans: readonly BlockSpan[];
}

export interface Emitter {
  /** Tells how far the input has been read; growth is measured against it. */
  advanceTo(position: number): void;
  /** Takes text that `cleanCharacters` has seen; `isPlain` where `isPlainText` says so, which saves looking again. */
  text(clean: string, isPlain?: boolean): void;
  open(tag: OpeningTag): void;
  close(source: string, shape: Shape): void;
  /** `br`, `wbr`, `hr` and `img`. Says whether there was room for it. */
  addVoid(name: string, attributes: string): boolean;
  /** The block that is written at this moment begins here; a new one begins with the next content. */
  breakBlock(): void;
  markLine(rule: string): void;
  /** From now on blocks are remembered with their place in the output. */
  recordSpans(): void;
  finish(): EmittedHtml;
}

type PlacedTag = Pick<OpeningTag, "source" | "name" | "shape" | "attributes" | "described">;

interface Frame {
  readonly source: string;
  readonly name: string;
  readonly shape: Shape;
  readonly attributes: string;
  /** Keeps start and end tags matched, but is not written: a div within a heading, say. */
  readonly virtual: boolean;
  /** Where the inline elements opened within begin. */
  readonly inlineBase: number;
  readonly described: readonly Attribute[];
  filled: boolean;
  /** Index of its span, or -1 as long as it is not written. */
  span: number;
}

const nothingDescribed: readonly Attribute[] = [];

const isTablePart = (shape: Shape): boolean =>
  shape === "rows" || shape === "row" || shape === "cell" || shape === "caption";
const isPhrasing = (shape: Shape): boolean => shape === "paragraph" || shape === "heading" || shape === "preformatted";
const isTableInside = (shape: Shape): boolean => shape === "table" || shape === "rows" || shape === "row";

const whitespaceRun = /[ \t\n]+/g;

/**
 * Writes HTML that can be parsed in one way only, whatever it is told to write.
 *
 * Elements are closed last in, first out. Blocks stand in blocks and inline elements in the innermost block: an inline
 * element that spans blocks is closed before each and opened again within it, as late as there is content for it. Nothing
 * is written for a block without content, so that cells of a table aside no empty element arises. Paragraphs, headings
 * and `pre` hold no block, lists and tables get the parts that the parser would imply, links do not nest.
 *
 * All bounds hold while it writes: depth, inline elements, and growth against the input read so far, for which repeated
 * tags and attributes are given up first. Each call costs at most a walk over the bounded stack.
 */
export function createEmitter(): Emitter {
  const output = createBoundedOutput();
  const collector = createLineCollector(output.size);
  const spans = createSpanRecorder();
  const inlines = createInlineList(output, beginContent);
  const stack: Frame[] = [];
  /** Start tags that found no room, by source name: their end tags must close nothing. */
  const unplaced = new Map<string, number>();

  /** How many frames of the stack are written, from the bottom. */
  let writtenFrames = 0;
  /** Index of the open paragraph, heading or pre; there is never more than one. */
  let phrasing = -1;
  let lastWasInline = false;
  let pendingSpace = false;
  let pendingBreak = false;
  /** Where the last `pre` began: a newline just there would be swallowed by a parser. */
  let preStart = -1;

  /** The open paragraph, heading or pre. Asking an array for its element -1 would take engines a long detour. */
  const lineHolder = (): Frame | undefined => (phrasing < 0 ? undefined : stack[phrasing]);

  /** Writes a tag of a block. */
  function writeTag(tag: string): void {
    output.write(tag);
    lastWasInline = false;
    pendingBreak = false;
    pendingSpace = false;
  }

  const inlineBase = (): number => {
    for (let index = stack.length - 1; index >= 0; index -= 1) {
      const frame = stack[index];
      if (frame !== undefined && (frame.shape === "cell" || frame.shape === "caption")) return frame.inlineBase;
    }
    return 0;
  };

  /** The span of the innermost block that is written. */
  function innermostSpan(): number {
    for (let index = writtenFrames - 1; index >= 0; index -= 1) {
      const frame = stack[index];
      if (frame !== undefined && frame.span >= 0) return frame.span;
    }
    return -1;
  }

  function countText(text: string): void {
    if (!spans.isOn()) return;
    spans.addText(innermostSpan(), text, inlines.hasOpenLink());
  }

  function writeFrames(): void {
    for (; writtenFrames < stack.length; writtenFrames += 1) {
      const frame = stack[writtenFrames];
      if (frame === undefined) break;
      if (frame.virtual) continue;
      if (writtenFrames === 0 && output.size() > 0) output.write("\n");
      if (spans.isOn()) frame.span = spans.open(frame, innermostSpan(), output.size());
      const fits = frame.attributes === "" || output.hasRoom(frame.attributes.length);
      writeTag(makeStartTag(frame.name, fits ? frame.attributes : ""));
      if (frame.name === "pre") preStart = output.size();
    }
  }

  /** Makes everything ready for content that stands in a line. */
  function beginContent(): void {
    const top = stack.at(-1);
    if (top !== undefined && isTableInside(top.shape)) pushImpliedCell();
    writeFrames();
    if (lastWasInline) {
      if (pendingBreak) output.write("<br>");
      else if (pendingSpace) {
        output.write(" ");
        collector.add(" ");
      }
    }
    pendingBreak = false;
    pendingSpace = false;
    inlines.write();
    lastWasInline = true;
    const holder = lineHolder();
    if (holder !== undefined) holder.filled = true;
  }

  /** What comes next stands in another block than what came last. */
  function breakBlock(): void {
    inlines.suspend();
    collector.endLine();
    if (lastWasInline) pendingBreak = true;
    pendingSpace = false;
  }

  function push(tag: PlacedTag, virtual = false): void {
    const { source, name, shape, attributes, described = nothingDescribed } = tag;
    const inlineBase = inlines.size();
    stack.push({ source, name, shape, attributes, virtual, inlineBase, described, filled: false, span: -1 });
    if (isPhrasing(shape) && !virtual) phrasing = stack.length - 1;
    if (shape === "row") collector.startRow();
    if (shape === "cell") {
      collector.startCell();
      writeFrames();
    }
  }

  function pushImplied(name: string, shape: Shape): void {
    push({ source: "", name, shape, attributes: "" });
  }

  function pop(): void {
    const depth = stack.length;
    const top = stack[depth - 1];
    if (top === undefined) return;
    if (top.shape === "cell" || top.shape === "caption") inlines.endFrom(top.inlineBase);
    else inlines.endBlock(depth);
    inlines.suspend();
    stack.pop();
    if (phrasing >= stack.length) phrasing = -1;
    if (writtenFrames > stack.length) {
      writtenFrames = stack.length;
      if (!top.virtual) {
        writeTag(makeEndTag(top.name));
        spans.close(top.span, output.size());
      }
    }
    if (top.shape === "cell") collector.endCell();
    if (top.shape === "row") collector.endRow();
    if (stack.length === 0 && unplaced.size > 0) unplaced.clear();
  }

  function popTo(length: number): void {
    while (stack.length > length) pop();
  }

  function findTable(): number {
    return stack.findLastIndex((frame) => frame.shape === "table");
  }

  function pushImpliedCell(): void {
    openRow();
    pushImplied("td", "cell");
  }

  /** Leaves a row of the innermost table at the top of the stack. */
  function openRow(): void {
    const table = findTable();
    if (stack[table + 1]?.shape !== "rows") {
      popTo(table + 1);
      pushImplied("tbody", "rows");
    }
    if (stack[table + 2]?.shape !== "row") {
      popTo(table + 2);
      pushImplied("tr", "row");
    } else popTo(table + 3);
  }

  function openTablePart(tag: OpeningTag): void {
    const table = findTable();
    if (table < 0 || (unplaced.get("table") ?? 0) > 0) return;
    if (tag.shape === "cell") openRow();
    else if (tag.shape === "row") {
      if (stack[table + 1]?.shape === "rows") popTo(table + 2);
      else {
        popTo(table + 1);
        pushImplied("tbody", "rows");
      }
    } else popTo(table + 1);
    push(tag);
  }

  /** Finds the list that an item belongs to, without leaving the cell. */
  function findList(shape: Shape): number {
    for (let index = stack.length - 1; index >= 0; index -= 1) {
      const found = stack[index]?.shape;
      if (found === shape) return index;
      if (found === "cell" || found === "caption") return -1;
    }
    return -1;
  }

  /** Items without a list follow each other all the same. */
  function closeStrayItem(source: string): void {
    for (let index = stack.length - 1; index >= 0; index -= 1) {
      const frame = stack[index];
      if (frame === undefined || frame.shape === "cell" || frame.shape === "caption") return;
      if (frame.source === source) {
        popTo(index);
        return;
      }
    }
  }

  function openBlock(tag: OpeningTag): void {
    const top = stack.at(-1);
    if (top !== undefined && isTableInside(top.shape)) {
      // A table directly in a table ends it, as in the standard; anything else gets a cell of its own.
      if (tag.shape === "table") popTo(findTable());
      else pushImpliedCell();
    }
    let placed: PlacedTag = tag;
    if (tag.shape === "item" || tag.shape === "definition") {
      const list = findList(tag.shape === "item" ? "list" : "definitions");
      if (list >= 0) popTo(list + 1);
      else {
        closeStrayItem(tag.source);
        placed = { source: tag.source, name: "div", shape: "container", attributes: "" };
      }
    }
    let virtual = false;
    const holder = lineHolder();
    if (holder !== undefined) {
      const isPlain = placed.shape === "container" || placed.shape === "paragraph";
      const holdsLines = holder.shape === "preformatted" || (holder.shape === "heading" && !holder.filled);
      virtual = isPlain && holdsLines;
      if (!virtual) popTo(phrasing);
    }
    if (stack.length >= bounds.maxBlockDepth) addUnplaced(tag.source);
    else push(placed, virtual);
  }

  function addUnplaced(source: string): void {
    unplaced.set(source, (unplaced.get(source) ?? 0) + 1);
  }

  function takeUnplaced(source: string): boolean {
    const count = unplaced.get(source) ?? 0;
    if (count > 0) unplaced.set(source, count - 1);
    return count > 0;
  }

  function closeBlock(source: string, shape: Shape): void {
    breakBlock();
    if (takeUnplaced(source)) return;
    if (isTablePart(shape)) {
      if ((unplaced.get("table") ?? 0) > 0) return;
      const table = findTable();
      const part = table < 0 ? -1 : stack.findIndex((frame, index) => index > table && frame.name === source);
      if (part > 0 && stack[part]?.shape === shape) popTo(part);
      return;
    }
    for (let index = stack.length - 1; index >= 0; index -= 1) {
      const frame = stack[index];
      if (frame === undefined) return;
      if (frame.source === source || (shape === "heading" && frame.shape === "heading")) {
        popTo(index);
        return;
      }
      if (frame.shape === "cell" || frame.shape === "caption" || frame.shape === "table") {
        if (shape !== "table") return;
      }
    }
  }

  function addPreformatted(clean: string): void {
    // Emphasis may come between the tag and its text, but nobody knows before it is paid for.
    const isFirst = writtenFrames <= phrasing || preStart === output.size();
    const text = isFirst ? clean.replace(/^\n+/, "") : clean;
    if (text === "") return;
    beginContent();
    output.write(escapeText(text));
    countText(text);
    const parts = text.split("\n");
    for (let index = 0; index < parts.length; index += 1) {
      if (index > 0) collector.endLine();
      const part = parts[index];
      if (part !== undefined && part !== "") collector.addLoose(part);
    }
  }

  return {
    advanceTo: output.advanceTo,
    text(clean, isPlain = false) {
      if (lineHolder()?.shape === "preformatted") {
        addPreformatted(clean);
        return;
      }
      const collapsed = !isPlain && hasLooseSpace(clean) ? clean.replace(whitespaceRun, " ") : clean;
      const start = collapsed.startsWith(" ") ? 1 : 0;
      const end = collapsed.length - (collapsed.endsWith(" ") ? 1 : 0);
      if (start > 0) pendingSpace = true;
      if (end <= start) return;
      const core = collapsed.slice(start, end);
      beginContent();
      output.write(isPlain ? core : escapeText(core));
      collector.add(core);
      countText(core);
      pendingSpace = end < collapsed.length;
    },
    open(tag) {
      if (tag.shape === "inline") {
        if (!inlines.add(tag, inlineBase(), stack.length)) addUnplaced(tag.source);
        return;
      }
      breakBlock();
      if (isTablePart(tag.shape)) openTablePart(tag);
      else openBlock(tag);
    },
    close(source, shape) {
      if (shape !== "inline") closeBlock(source, shape);
      else if (!inlines.remove(source, inlineBase())) takeUnplaced(source);
    },
    addVoid(name, attributes) {
      const tag = `<${name}${attributes}>`;
      if (attributes !== "" && !output.hasRoom(tag.length)) return false;
      if (name === "hr") {
        breakBlock();
        const top = stack.at(-1);
        if (top !== undefined && isTableInside(top.shape)) pushImpliedCell();
        if (phrasing >= 0) popTo(phrasing);
        writeFrames();
        if (stack.length === 0 && output.size() > 0) output.write("\n");
        writeTag(tag);
        return true;
      }
      beginContent();
      output.write(tag);
      if (name === "br") {
        collector.endLine();
        lastWasInline = false;
      }
      return true;
    },
    breakBlock,
    recordSpans: spans.turnOn,
    markLine: (rule) => collector.mark(rule),
    finish() {
      breakBlock();
      popTo(0);
      inlines.endFrom(0);
      return { html: output.take(), lines: collector.finish(), spans: spans.list };
    },
  };
}
