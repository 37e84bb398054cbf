import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanCharacters, isPlainText } from "../../../shared/article/clean-characters.ts";
import { isTrackingParameter, keptParameters } from "../../../shared/article/tracking-parameters.ts";
import { runs } from "../../support/property-runs.ts";

describe("cleanCharacters", () => {
  test.for([
    ["plain", "plain"],
    ["a\u0000b\u0007c\u007fd\ufeffe\ufffff", "abcdef"],
    ["a\u2028b\u000bc\u000cd\u2029e\rf", "a b c d e\nf"],
    ["don\u0092t \u0084x\u0093", "don’t „x“"],
    ["\ud83d\ude00 \ud83d", "😀 \ufffd"],
    ["\u202aa\u202c b\u202c", "\u202aa\u202c b"],
    ["\u2067a", "\u2067a\u2069"],
    ["\u2066a\u2069b\u2068c", "\u2066a\u2069b\u2068c\u2069"],
    ["\u2066a", "\u2066a\u2069"],
    ["\u202a".repeat(17), "\u202a".repeat(16) + "\u202c".repeat(16)],
    ["\u2067\u202aa\u2069", "\u2067\u202aa\u202c\u2069"],
    ["a\u00adb\u200bc\u200d\u200e\u061cd\u00a0e", "a\u00adb\u200bc\u200d\u200e\u061cd\u00a0e"],
  ] as const)("%j becomes %j", ([text, clean]) => {
    expect(cleanCharacters(text)).toBe(clean);
  });

  test.for([
    ["plain text", true],
    ["two  spaces", false],
    ["a\nb", false],
    ["a & b", false],
    ["a\u00a0b", false],
    ["a\u202eb", false],
  ] as const)("%j is plain: %s", ([text, isPlain]) => {
    expect(isPlainText(text)).toBe(isPlain);
  });

  test("clean text stays as it is, and plain text is clean", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const clean = cleanCharacters(text);
        expect(cleanCharacters(clean)).toBe(clean);
        expect(clean.isWellFormed()).toBe(true);
        if (isPlainText(text)) expect(clean).toBe(text);
      }),
      { numRuns: runs(2000) },
    );
  });
});

describe("isTrackingParameter", () => {
  test.for(["utm_source", "UTM_Campaign", "fbclid", "gclid", "at_medium", "xtor", "wt_mc", "WT.mc_id", "CMP"])(
    "%s",
    (name) => {
      expect(isTrackingParameter(name)).toBe(true);
    },
  );

  test.for([...keptParameters.map(({ name }) => name), "utm", "q", "page", "article"])("not %s", (name) => {
    expect(isTrackingParameter(name)).toBe(false);
  });
});
