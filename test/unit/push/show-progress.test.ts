import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showProgress } from "../../../infra/push/show-progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(isTTY: boolean, totalBytes?: number) {
  const written: string[] = [];
  const progress = showProgress(totalBytes, { isTTY, columns: 70, write: (text) => written.push(text) });
  return { progress, written, draw: () => vi.advanceTimersByTime(100) };
}

test("on a terminal it is one line", () => {
  const { progress, written, draw } = open(true, 200);
  progress.read(50);
  progress.settled(1200, 3);
  draw();
  progress.waits(`503 ${"x".repeat(100)}.`, 1500);
  draw();
  progress.end();
  expect(written[0]).toBe("\r\u001b[K██████░░░░░░░░░░░░░░░░░░ 25 %  1,200 items, 3 failed");
  expect(written[1]?.slice(4)).toHaveLength(69);
  expect(written[1]).toContain("3 failed  503 xxx");
  expect(written[2]).toBe("\r\u001b[K");
  draw();
  expect(written).toHaveLength(3);
});

test("where nobody knows how much there is, it counts", () => {
  const { progress, written, draw } = open(true);
  progress.read(50);
  progress.settled(7, 0);
  draw();
  progress.end();
  expect(written[0]).toBe("\r\u001b[K7 items");
});

test("elsewhere it only says what keeps it waiting", () => {
  const { progress, written, draw } = open(false, 200);
  progress.settled(1200, 3);
  draw();
  progress.waits("There was no answer in time.", 1500);
  progress.end();
  expect(written).toEqual(["There was no answer in time. Again in 1.5 s.\n"]);
});
