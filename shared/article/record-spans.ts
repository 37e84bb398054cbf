import { bounds } from "./policy.ts";
import type { Attribute } from "./tokenize-html.ts";

/** A stretch of the output that one block covers, and how much text is in it. */
export interface BlockSpan {
  readonly source: string;
  readonly described: readonly Attribute[];
  /** Index of the block around it, or -1. */
  readonly parent: number;
  /** Indices into the output: of the start tag, and one past the end tag. */
  readonly start: number;
  end: number;
  /** Length of the text directly in it, and of what of it is in links, in Latin characters: see `denseScript`. */
  text: number;
  linked: number;
}

export interface SpanRecorder {
  /** The blocks in the order of their start tags, so that parents come before their children. */
  readonly list: readonly BlockSpan[];
  turnOn(): void;
  isOn(): boolean;
  /** Gives the block's index, or -1 when there are too many. */
  open(block: Pick<BlockSpan, "source" | "described">, parent: number, start: number): number;
  close(index: number, end: number): void;
  addText(index: number, text: string, isLinked: boolean): void;
}

/** A character of Chinese, Japanese, Korean, Thai or Burmese says as much as this many of an alphabet. */
const denseScriptLength = 2.5;
const denseScript = /[\u0e00-\u0eff\u1000-\u109f\u2e80-\ud7ff]/;

/** Notes where blocks lie in the output while it is being written. Only whole pages need it, so it is off at first. */
export function createSpanRecorder(): SpanRecorder {
  const list: BlockSpan[] = [];
  let on = false;
  return {
    list,
    turnOn() {
      on = true;
    },
    isOn: () => on,
    open({ source, described }, parent, start) {
      if (list.length >= bounds.maxSpans) return -1;
      list.push({ source, described, parent, start, end: start, text: 0, linked: 0 });
      return list.length - 1;
    },
    close(index, end) {
      const span = index < 0 ? undefined : list[index];
      if (span !== undefined) span.end = end;
    },
    addText(index, text, isLinked) {
      const span = index < 0 ? undefined : list[index];
      if (span === undefined) return;
      const length = denseScript.test(text) ? text.length * denseScriptLength : text.length;
      span.text += length;
      if (isLinked) span.linked += length;
    },
  };
}
