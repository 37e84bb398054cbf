import { expect, test } from "vitest";
import { bounds } from "../../../shared/article/policy.ts";
import { createSpanRecorder } from "../../../shared/article/record-spans.ts";

test("no more blocks are remembered than there is room for, and what is in the others is not counted", () => {
  const recorder = createSpanRecorder();
  const block = { source: "p", described: [] };
  for (let index = 0; index < bounds.maxSpans; index += 1) expect(recorder.open(block, -1, index)).toBe(index);
  expect(recorder.open(block, -1, 0)).toBe(-1);
  recorder.addText(-1, "x", true);
  recorder.close(-1, 9);
  recorder.addText(0, "ab", true);
  recorder.close(0, 7);
  expect(recorder.list.length).toBe(bounds.maxSpans);
  expect(recorder.list[0]).toEqual({ ...block, parent: -1, start: 0, end: 7, text: 2, linked: 2 });
  expect(recorder.list.at(-1)).toMatchObject({ start: bounds.maxSpans - 1, end: bounds.maxSpans - 1, text: 0 });
});
