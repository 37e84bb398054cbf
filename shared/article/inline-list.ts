import type { BoundedOutput } from "./bounded-output.ts";
import { makeEndTag, makeStartTag, type OpeningTag } from "./opening-tag.ts";
import { bounds } from "./policy.ts";

interface Inline {
  readonly source: string;
  readonly name: string;
  readonly attributes: string;
  readonly persists: boolean;
  /** How many blocks were open when it began. */
  readonly depth: number;
  /** Equal elements opened within it, which say nothing more. */
  repeats: number;
  wasWritten: boolean;
  isOpen: boolean;
}

/** The inline elements that are in effect, whether they are open in the output at this moment or not. */
export interface InlineList {
  size(): number;
  hasOpenLink(): boolean;
  /** Opens in the output what is not open yet. */
  write(): void;
  /** Closes all in the output; they stay in effect. */
  suspend(): void;
  /** Says whether there was room. Only elements from index `base` on, those of the same cell, are looked at. */
  add(tag: OpeningTag, base: number, depth: number): boolean;
  /** Says whether there was one. */
  remove(source: string, base: number): boolean;
  /** Ends what does not outlast a block that is the `depth`-th. */
  endBlock(depth: number): void;
  /** Ends all from the index on, as a cell does. */
  endFrom(base: number): void;
}

const isRubyPart = (name: string | undefined): boolean => name === "rt" || name === "rp";

/**
 * Keeps inline elements apart from blocks, so that they can be closed before each block and opened again within it. The
 * HTML standard calls this the "list of active formatting elements"; left out is that it may grow without bound.
 *
 * @param beginContent called before a link without content is written, which is content itself.
 */
export function createInlineList(output: BoundedOutput, beginContent: () => void): InlineList {
  const inlines: Inline[] = [];
  /** How many are open in the output, from the first; of these some may have been left out. */
  let open = 0;

  function write(): void {
    for (; open < inlines.length; open += 1) {
      const inline = inlines[open];
      if (inline === undefined) break;
      // Links do not nest: of several, the innermost counts.
      if (inline.name === "a" && findLast("a", 0) !== open) continue;
      if (isRubyPart(inline.name) && !inlines.some((other) => other.name === "ruby" && other.isOpen)) continue;
      const tag = makeStartTag(inline.name, inline.attributes);
      const cost = tag.length + inline.name.length + 3;
      if (!output.hasRoom(cost) || (inline.wasWritten && !output.payRepetition(cost))) continue;
      output.write(tag);
      inline.wasWritten = true;
      inline.isOpen = true;
    }
  }

  function closeFrom(from: number): void {
    while (open > from) {
      open -= 1;
      const inline = inlines[open];
      if (inline?.isOpen) {
        output.write(makeEndTag(inline.name));
        inline.isOpen = false;
      }
    }
  }

  function findLast(name: string, base: number): number {
    return inlines.findLastIndex((inline, index) => index >= base && inline.name === name);
  }

  function removeAt(index: number): void {
    const inline = inlines[index];
    if (inline === undefined) return;
    // A link without text is still a link: to the picture that was dropped, or laid over a teaser.
    if (inline.name === "a" && !inline.wasWritten && index >= open) {
      const within = inlines.splice(index + 1);
      beginContent();
      inlines.push(...within);
    }
    closeFrom(index);
    inlines.splice(index, 1);
    // Readings end with the word that they belong to.
    while (inline.name === "ruby" && isRubyPart(inlines[index]?.name)) inlines.splice(index, 1);
  }

  function endFrom(base: number): void {
    while (inlines.length > base) removeAt(inlines.length - 1);
  }

  /** Finds an element in effect that says the same. A `span` that says nothing is the same as any. */
  function findEqual({ source, name, attributes }: OpeningTag): number {
    const isBare = name === "span" && attributes === "";
    return inlines.findLastIndex((inline) => inline.source === source && (isBare || inline.attributes === attributes));
  }

  function makeRoomFor(name: string, base: number): boolean {
    if (inlines.length < bounds.maxInline) return true;
    // A link is content; it takes the place of the emphasis opened last.
    const dispensable = inlines.findLastIndex((inline) => inline.name !== "a");
    if (name !== "a" || dispensable < base) return false;
    removeAt(dispensable);
    return true;
  }

  return {
    size: () => inlines.length,
    hasOpenLink: () => inlines.some((inline) => inline.name === "a" && inline.isOpen),
    write,
    suspend: () => closeFrom(0),
    add(tag, base, depth) {
      if (isRubyPart(tag.name)) {
        const ruby = findLast("ruby", base);
        if (ruby < 0) return true;
        endFrom(ruby + 1);
      } else if (tag.name === "a") {
        const outer = findLast("a", base);
        if (outer >= 0) removeAt(outer);
        // One from outside of the cell goes on behind it, but may be open in it now.
        else if (findLast("a", 0) >= 0) closeFrom(0);
      } else if (tag.persists || tag.name === "span") {
        const index = findEqual(tag);
        const equal = index < 0 ? undefined : inlines[index];
        if (equal !== undefined) {
          // The end tag must not end what began outside the cell.
          if (index < base) return false;
          equal.repeats += 1;
          return true;
        }
        if (tag.name === "span" && tag.attributes === "") return true;
      }
      if (!makeRoomFor(tag.name, base)) return false;
      const { source, name, attributes, persists } = tag;
      inlines.push({ source, name, attributes, persists, depth, repeats: 0, wasWritten: false, isOpen: false });
      return true;
    },
    remove(source, base) {
      const index = inlines.findLastIndex((inline, at) => at >= base && inline.source === source);
      const inline = index < 0 ? undefined : inlines[index];
      if (inline === undefined) return false;
      if (inline.repeats > 0) inline.repeats -= 1;
      else removeAt(index);
      return true;
    },
    endBlock(depth) {
      for (let index = inlines.length - 1; index >= 0; index -= 1) {
        const inline = inlines[index];
        if (inline !== undefined && inline.depth >= depth && !inline.persists) removeAt(index);
      }
    },
    endFrom,
  };
}
