import { expect, test } from "vitest";
import { createStringBuilder } from "../../../shared/article/build-string.ts";

test("a string of many pieces is all of them in order, and the next begins empty", () => {
  const builder = createStringBuilder();
  const pieces = Array.from({ length: 50_000 }, (_, index) => `${index} `);
  for (const piece of pieces) builder.add(piece);
  expect(builder.size()).toBe(pieces.join("").length);
  expect(builder.take()).toBe(pieces.join(""));
  expect(builder.size()).toBe(0);
  builder.add("x");
  expect(builder.take()).toBe("x");
});
