import { expect, test } from "vitest";
import { type Judgment, judgeProcess, judgeProcesses } from "../../soak/judge-process.ts";

interface Case {
  readonly minutes: number;
  /** MB that the heap keeps, and that are resident, at a minute. */
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
    { minutes: 6, kept: () => 24, resident: (at) => 100 + 20 * at, verdict: "flat" },
  ],
  [
    "a leak of 20 MB an hour",
    { minutes: 30, kept: (at) => 24 + at / 3, resident: () => 140, verdict: "KEEPS MORE AND MORE" },
  ],
  [
    "a leak in a short run",
    { minutes: 6, kept: (at) => 24 + 2 * at, resident: () => 140, verdict: "KEEPS MORE AND MORE" },
  ],
  [
    "a leak that no heap knows of",
    { minutes: 30, kept: () => 24, resident: (at) => 100 + 2 * at, verdict: "GROWS BESIDE ITS HEAP" },
  ],
];

test.each(cases)("%s", (_what, { minutes, kept, resident, verdict }) => {
  const course = (value: (minute: number) => number) =>
    Array.from({ length: minutes * 4 }, (_, n) => ({ at: n * 15, value: value(n / 4) }));
  const memory = { name: "ApiPutSubmission", kept: course(kept), resident: course(resident), cpuMs: 100 };
  expect(judgeProcess(memory, { warmAt: minutes * 60 * 0.4, minutes, isBusiest: true }).verdict).toBe(verdict);
});

test("only the database need not tell what it keeps", () => {
  const resident = Array.from({ length: 100 }, (_, n) => ({ at: n * 5, value: 11 }));
  const judge = (name: string) =>
    judgeProcess({ name, kept: [], resident, cpuMs: 1 }, { warmAt: 100, minutes: 30, isBusiest: true });
  expect(judge("dynamodb").verdict).toBe("flat");
  expect(() => judge("ApiPutSubmission")).toThrow("has not told");
});

test("what lived all along is judged, and what runs at the end without having done so is named", () => {
  const live = (name: string, from: number, until: number) => {
    const points = Array.from({ length: (until - from) / 5 }, (_, n) => ({ at: from + n * 5, value: 11 }));
    return { name, kept: points, resident: points, cpuMs: 100 };
  };
  const run = { warmAt: 720, minutes: 30 };
  const lasting = live("put", 0, 1800);
  expect(judgeProcesses([lasting, live("put", 900, 1800), live("list", 0, 1000)], run)).toMatchObject({
    judged: [{ name: "put" }],
    unjudged: [],
  });
  expect(judgeProcesses([lasting, live("list", 0, 1000), live("list", 360, 1800)], run).unjudged).toEqual(["list"]);
});

test("what is resident is judged of the busiest process of a function, what is kept of all", () => {
  const at = Array.from({ length: 360 }, (_, n) => n * 5);
  const course = (value: (seconds: number) => number) => at.map((seconds) => ({ at: seconds, value: value(seconds) }));
  const flat = course(() => 24);
  const rising = course((seconds) => 100 + seconds / 20);
  const verdicts = (cpuMs: readonly [number, number], kept = flat) =>
    judgeProcesses(
      [
        { name: "put", kept: flat, resident: flat, cpuMs: cpuMs[0] },
        { name: "put", kept, resident: rising, cpuMs: cpuMs[1] },
      ],
      { warmAt: 720, minutes: 30 },
    ).judged.map(({ verdict }) => verdict);
  expect(verdicts([900, 20])).toEqual(["flat", "flat"]);
  expect(verdicts([20, 900])).toContain("GROWS BESIDE ITS HEAP");
  expect(verdicts([900, 20], rising)).toContain("KEEPS MORE AND MORE");
});
