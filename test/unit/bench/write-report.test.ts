import { describe, expect, test } from "vitest";
import { median } from "../../bench/median.ts";
import type { Budget, Section } from "../../bench/section.ts";
import { replaceReport, writeReport } from "../../bench/write-report.ts";

const budget = (measured: number): Budget => ({ what: "Time", measured, atMost: 2, show: (value) => `${value} ms` });
const section = (budgets: readonly Budget[]): Section => ({
  title: "Speed",
  note: "Of a snail.",
  rows: [
    ["", "time"],
    ["uphill", "3 ms"],
  ],
  budgets,
});

test("a report has the budgets first, then an aligned table of each section", () => {
  expect(writeReport([section([budget(2), budget(2.1)])], "A machine.")).toBe(`A machine.

| budget | measured | at most |              |
|--------|---------:|--------:|-------------:|
| Time   |     2 ms |    2 ms |         kept |
| Time   |   2.1 ms |    2 ms | **not kept** |

**Speed.** Of a snail.

|        | time |
|--------|-----:|
| uphill | 3 ms |`);
});

test("what could not be measured keeps no budget", () => {
  expect(writeReport([section([budget(Number.NaN)])], "")).toContain("**not kept**");
});

test.each([["no markers"], ["<!-- bench:end --><!-- bench:begin -->"], ["<!-- bench:begin -->"]])(
  "a document that says %s is left alone",
  (document) => {
    expect(() => replaceReport(document, "report")).toThrow("<!-- bench:begin -->");
  },
);

describe("the median", () => {
  test.each<[number, number[]]>([
    [2, [3, 1, 2]],
    [2.5, [4, 1, 2, 3]],
    [7, [7]],
    [Number.NaN, []],
  ])("%d", (expected, values) => {
    expect(median(values)).toBe(expected);
  });
});
