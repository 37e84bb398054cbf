import { describe, expect, test } from "vitest";
import {
  type CollectedLine,
  createLineCollector,
  hasLooseSpace,
  type LineCollector,
  normalizeLine,
} from "../../../shared/article/collect-lines.ts";
import { bounds } from "../../../shared/article/policy.ts";

/** Gives the lines of what is collected; each step is a place in the output. */
function collect(...steps: ((collector: LineCollector) => void)[]): readonly CollectedLine[] {
  let position = 0;
  const collector = createLineCollector(() => position);
  for (const step of steps) {
    step(collector);
    position += 1;
  }
  return collector.finish();
}

const add = (text: string) => (collector: LineCollector) => collector.add(text);
const addLoose = (text: string) => (collector: LineCollector) => collector.addLoose(text);
const mark = (rule: string) => (collector: LineCollector) => collector.mark(rule);
const endLine = (collector: LineCollector) => collector.endLine();
const startRow = (collector: LineCollector) => collector.startRow();
const startCell = (collector: LineCollector) => collector.startCell();
const endCell = (collector: LineCollector) => collector.endCell();
const endRow = (collector: LineCollector) => collector.endRow();
/** A cell of these lines. */
const cell =
  (...lines: string[]) =>
  (collector: LineCollector): void => {
    collector.startCell();
    for (const line of lines) {
      collector.add(line);
      collector.endLine();
    }
    collector.endCell();
  };

const textsOf = (lines: readonly CollectedLine[]): string[] => lines.map(({ text }) => text);

test.for([
  ["", false, ""],
  ["a b", false, "a b"],
  [" a ", false, "a"],
  ["a  b", true, "a b"],
  ["a\nb", true, "a b"],
  ["a\tb", true, "a b"],
  ["\n a \t b ", true, "a b"],
  ["a\u00a0\u00a0b", false, "a\u00a0\u00a0b"],
] as const)("%j has space to collapse: %j; normalized it is %j", ([text, isLoose, normalized]) => {
  expect(hasLooseSpace(text)).toBe(isLoose);
  expect(normalizeLine(text)).toBe(normalized);
});

describe("a line", () => {
  test("is its pieces from where the first of them stands, also without an end", () => {
    expect(collect(add("a "), add("b "), endLine, add("c"), add("d"))).toStrictEqual([
      { text: "a b", at: 0 },
      { text: "cd", at: 3 },
    ]);
  });

  test("is collapsed where a piece of it is loose", () => {
    expect(textsOf(collect(add("a  b"), endLine, add("c"), addLoose("\n\nd"), endLine, add("e  f")))).toEqual([
      "a  b",
      "c d",
      "e  f",
    ]);
  });

  test("is none without text", () => {
    expect(collect(add(""), endLine, addLoose(" \n"), endLine, add(" "), endLine, endLine)).toEqual([]);
  });

  test("is marked by the rule that was named last, which an empty line does not use up", () => {
    const lines = collect(add("a"), mark("x"), mark("y"), endLine, add("b"), endLine, mark("z"), endLine, add("c"));
    expect(lines).toStrictEqual([
      { text: "a", at: 0, rule: "y" },
      { text: "b", at: 4 },
      { text: "c", at: 8, rule: "z" },
    ]);
  });

  test("is the last that is told apart where there are too many, and has no rule", () => {
    const fill = (count: number) => (collector: LineCollector) => {
      for (let line = 0; line < count; line += 1) {
        collector.add("x");
        collector.endLine();
      }
    };
    const rest = [add("a"), mark("r"), endLine, add("b"), add("c"), endLine, endLine, add("d")];
    expect(collect(fill(bounds.maxLines - 1), ...rest).slice(-2)).toStrictEqual([
      { text: "a", at: 1, rule: "r" },
      { text: "bc d", at: 4 },
    ]);
    expect(collect(fill(bounds.maxLines), ...rest).slice(-2)).toStrictEqual([
      { text: "x", at: 0 },
      { text: "a bc d", at: 1 },
    ]);
  });
});

describe("a row", () => {
  test("of cells of a line each is one line, which stands where the first does", () => {
    expect(collect(startRow, cell(), cell("a"), cell(), cell("b  c"), cell(), endRow)).toStrictEqual([
      { text: "| a | | b c |", at: 2 },
    ]);
  });

  test.for([
    ["of one filled cell", [cell("a"), cell()], ["a"]],
    ["with a cell of several lines", [cell("a"), cell("b", "c")], ["a", "b", "c"]],
    ["of empty cells", [cell(), cell()], []],
    ["without cells", [], []],
  ] as const)("%s is its lines", ([, cells, lines]) => {
    expect(textsOf(collect(add("before"), endLine, startRow, ...cells, endRow, add("after")))).toEqual([
      "before",
      ...lines,
      "after",
    ]);
  });

  test("comes after what stands before its cells and between them", () => {
    const lines = collect(
      add("a"),
      startRow,
      add("b"),
      cell("c"),
      add("d"),
      startCell,
      add("e"),
      endCell,
      add("f"),
      endRow,
    );
    expect(textsOf(lines)).toEqual(["ab", "d", "f", "c | e"]);
  });

  test("in a cell is a line of that cell", () => {
    const inner = [startRow, cell("b"), cell("c"), endRow];
    expect(textsOf(collect(startRow, cell("a"), startCell, ...inner, endCell, endRow))).toEqual(["a | b | c"]);
  });

  test.for([
    [998, 999],
    [999, 1000],
    [1000, 1000],
    [5000, 1000],
  ] as const)("with %d empty cells between two has %d bars", ([count, bars]) => {
    const empty = Array.from({ length: count }, () => cell());
    expect(textsOf(collect(startRow, cell("a"), ...empty, cell("b"), endRow))).toEqual([`a${" |".repeat(bars)} b`]);
  });

  test("and a cell that were not begun end nothing", () => {
    expect(textsOf(collect(endCell, endRow, add("a")))).toEqual(["a"]);
  });
});
