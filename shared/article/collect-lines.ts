import { createStringBuilder } from "./build-string.ts";
import { bounds } from "./policy.ts";

/** A line of an article's text; `at` is where its block begins in the output, `rule` the rule that marks it as no text. */
export interface CollectedLine {
  readonly text: string;
  readonly at: number;
  readonly rule?: string;
}

export interface LineCollector {
  /** Takes a piece of the current line in which white space is collapsed. */
  add(text: string): void;
  /** Takes a piece in which it is not. */
  addLoose(text: string): void;
  /** Marks the current line as made by the rule. */
  mark(rule: string): void;
  endLine(): void;
  startRow(): void;
  startCell(): void;
  endCell(): void;
  endRow(): void;
  finish(): CollectedLine[];
}

/** Empty cells beyond these are not remembered. */
const maxEmptyCells = 1000;

const spaces = /[ \t\n]+/g;

/** Says whether a text has whitespace to collapse. Three plain searches are faster than one pattern. */
export function hasLooseSpace(text: string): boolean {
  return text.includes("\n") || text.includes("  ") || text.includes("\t");
}

/** Brings a line to the form in which lines are compared: whitespace collapsed, nothing at the ends. */
export function normalizeLine(text: string): string {
  return (hasLooseSpace(text) ? text.replace(spaces, " ") : text).trim();
}

/**
 * Collects the text of an article, a block a line, as the emitter walks through it.
 *
 * A table row of short cells becomes one line, "cell | cell"; a row with a cell of several lines is a table used for
 * layout, and its lines stay apart. Tables nest as deep as the emitter allows; each line moves up once a level. What comes
 * after `bounds.maxLines` lines is one more.
 *
 * @param position tells where in the output the emitter stands.
 */
export function createLineCollector(position: () => number): LineCollector {
  const lines: CollectedLine[] = [];
  const outerTargets: CollectedLine[][] = [];
  const rows: CollectedLine[][][] = [];
  let target = lines;
  /** Lines in all, those in open tables included. */
  let count = 0;
  const current = createStringBuilder();
  let startedAt = 0;
  let rule: string | undefined;
  let isLoose = false;
  /** Set where a line should have ended, but there were too many. */
  let isParted = false;

  function add(text: string): void {
    if (current.size() === 0) startedAt = position();
    else if (isParted) current.add(" ");
    isParted = false;
    current.add(text);
  }

  function endLine(): void {
    if (current.size() === 0) return;
    if (count < bounds.maxLines) takeLine();
    else isParted = true;
  }

  function takeLine(): void {
    const taken = current.take();
    const text = isLoose ? normalizeLine(taken) : taken.trim();
    if (text !== "") {
      target.push(rule === undefined ? { text, at: startedAt } : { text, at: startedAt, rule });
      count += 1;
    }
    isLoose = false;
    rule = undefined;
  }

  return {
    add,
    addLoose(text) {
      isLoose = true;
      add(text);
    },
    mark(name) {
      if (count < bounds.maxLines) rule = name;
    },
    endLine,
    startRow() {
      rows.push([]);
    },
    startCell() {
      endLine();
      outerTargets.push(target);
      target = [];
    },
    endCell() {
      endLine();
      const row = rows.at(-1);
      if (row !== undefined && (target.length > 0 || row.length < maxEmptyCells)) row.push(target);
      target = outerTargets.pop() ?? lines;
    },
    endRow() {
      endLine();
      const cells = rows.pop() ?? [];
      const filled = cells.filter((cell) => cell.length > 0);
      const first = filled[0]?.[0];
      if (first === undefined) return;
      if (filled.length > 1 && filled.every((cell) => cell.length === 1)) {
        target.push({ text: normalizeLine(cells.map((cell) => cell[0]?.text ?? "").join(" | ")), at: first.at });
      } else {
        for (const cell of filled) for (const line of cell) target.push(line);
      }
    },
    finish() {
      takeLine();
      return lines;
    },
  };
}
