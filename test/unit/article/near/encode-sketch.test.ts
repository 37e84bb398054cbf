import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeSketch, encodeSketch, maxSketchBytes } from "../../../../shared/article/near/encode-sketch.ts";
import { fingerprintArticle } from "../../../../shared/article/near/fingerprint-article.ts";
import { story } from "../../../fixtures/story.ts";

test("a sketch survives encoding and stays below 1 KB with its keys", () => {
  const text = fc.array(fc.string({ unit: "grapheme", maxLength: 200 }), { maxLength: 30 });
  const date = fc.option(fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }), {
    nil: undefined,
  });
  fc.assert(
    fc.property(text, fc.option(fc.string(), { nil: undefined }), date, (lines, title, published) => {
      const { sketch } = fingerprintArticle({ lines, title, publishedAt: published?.toISOString() });
      const bytes = encodeSketch(sketch);
      expect(bytes.length).toBeLessThanOrEqual(maxSketchBytes);
      expect(decodeSketch(bytes)).toEqual(sketch);
    }),
  );
  expect(maxSketchBytes).toBeLessThan(920);
});

test("another version and damaged bytes are nothing to compare with", () => {
  const bytes = encodeSketch(fingerprintArticle(story).sketch);
  expect(decodeSketch(bytes.with(0, 99))).toBeUndefined();
  expect(decodeSketch(bytes.subarray(0, -1))).toBeUndefined();
  expect(decodeSketch(new Uint8Array())).toBeUndefined();
  expect(decodeSketch(bytes.subarray(0, 9))).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => void decodeSketch(noise)));
});
