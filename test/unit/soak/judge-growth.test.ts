import { expect, test } from "vitest";
import { judgeGrowth } from "../../soak/judge-growth.ts";

const tolerated = { share: 0.1, megabytes: 12 };

/** So many MB at a moment, over half an hour. */
type Course = (seconds: number) => number;

const saw: Course = (at) => 100 + (at % 300) / 10;
const courses: [name: string, course: Course, isFlat: boolean][] = [
  ["a heap that stays as it is", () => 100, true],
  ["a heap that grows and is collected, whatever its last tooth", saw, true],
  ["one that shrinks", (at) => 200 - at / 60, true],
  ["noise", (at) => 100 + 20 * Math.sin(at), true],
  ["a leak of a megabyte a minute", (at) => 100 + at / 60, false],
  ["a leak beneath a heap that is collected", (at) => saw(at) + at / 60, false],
  ["a small leak in a small process, within what is tolerated", (at) => 10 + at / 300, true],
];

test.each(courses)("%s", (_name, course, isFlat) => {
  const points = Array.from({ length: 360 }, (_, n) => ({ at: n * 5, value: course(n * 5) }));
  expect(judgeGrowth(points, tolerated).isFlat).toBe(isFlat);
});

test("growth is told by the hour", () => {
  const points = Array.from({ length: 360 }, (_, n) => ({ at: n * 5, value: 100 + n * 5 }));
  expect(judgeGrowth(points, tolerated).perHour).toBeCloseTo(3600, 5);
});
