import { expect, test } from "vitest";
import { type Judgment, judgeProcess, judgeProcesses } from "../../soak/judge-process.ts";

interface Case {
  readonly minutes: number;
  /** MB that are kept, and that are resident, at a minute. */
  readonly kept: (minute: number) => number;
  readonly resident: (minute: number) => number;
  readonly verdict: Judgment["verdict"];
}

const cases: [what: string, course: Case][] = [
  ["one that stays as it is", { minutes: 30, kept: () => 24, resident: () => 140, verdict: "flat" }],
  [
    "one that finds its size while it warms up",
    { minutes: 30, kept: (at) => Math.min(24, 16 + at), resident: (at) => Math.min(140, 90 + 5 * at), verdict: "flat" },
  ],
  [
    "one of a short run, in which heaps still find their size",
    { minutes: 10, kept: () => 24, resident: (at) => 100 + 20 * at, verdict: "flat" },
  ],
  [
    "a leak of 20 MB an hour",
    { minutes: 30, kept: (at) => 24 + at / 3, resident: () => 140, verdict: "KEEPS MORE AND MORE" },
  ],
  [
    "a leak in a short run",
    { minutes: 10, kept: (at) => 24 + 2 * at, resident: () => 140, verdict: "KEEPS MORE AND MORE" },
  ],
  [
    "a leak beside the heap",
    { minutes: 30, kept: () => 24, resident: (at) => 100 + 2 * at, verdict: "TAKES MORE AND MORE" },
  ],
];

test.each(cases)("%s", (_what, { minutes, kept, resident, verdict }) => {
  const course = (value: (minute: number) => number) =>
    Array.from({ length: minutes * 4 }, (_, n) => ({ at: n * 15, value: value(n / 4) }));
  const memory = { name: "ApiPutSubmission", kept: course(kept), resident: course(resident), worked: [] };
  expect(judgeProcess(memory, { warmAt: minutes * 60 * 0.4, minutes }).verdict).toBe(verdict);
});

test("only the database need not tell what it keeps", () => {
  const resident = Array.from({ length: 100 }, (_, n) => ({ at: n * 5, value: 11 }));
  const judge = (name: string) => judgeProcess({ name, kept: [], resident, worked: [] }, { warmAt: 100, minutes: 30 });
  expect(judge("dynamodb").verdict).toBe("flat");
  expect(() => judge("ApiPutSubmission")).toThrow("has not told");
});

test("what is warm in time and there to the end is judged, and what runs at the end without being so is named", () => {
  /** @param share of its time for which it works */
  const live = (name: string, { from = 0, until = 1800, share = 0.1 }) => {
    const course = (value: (at: number) => number) =>
      Array.from({ length: (until - from) / 5 }, (_, n) => ({ at: from + n * 5, value: value(n * 5) }));
    return { name, kept: course(() => 11), resident: course(() => 11), worked: course((lived) => 0.3 + lived * share) };
  };
  const run = { warmAt: 720, minutes: 30 };
  const put = live("put", {});
  const spare = live("put", { share: 0.0005 });
  const late = live("put", { from: 900 });
  const ended = live("list", { until: 1000 });
  expect(judgeProcesses([put, spare, late, ended], run)).toMatchObject({ judged: [{ name: "put" }], unjudged: [] });
  const { judged, unjudged } = judgeProcesses([put, ended, live("list", { share: 0.0005 })], run);
  expect(judged.map(({ name }) => name)).toEqual(["put"]);
  expect(unjudged).toEqual(["list"]);
  expect(judgeProcesses([{ ...spare, name: "dynamodb", worked: [] }], run).unjudged).toEqual([]);
});
