import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../shared/api/problem.ts";
import { makeEtag, matchesEtag, requireMatch } from "../../../shared/precondition.ts";
import type { ArticleRecord } from "../../../shared/stores/article-record.ts";

const identity = {
  id: "0123456789abcdef0123456789abcdef",
  partner: "wire",
  revision: 2,
  version: 7,
  ingestedAt: "2026-11-23T08:00:00.000Z",
  modifiedAt: "2026-11-23T09:00:00.000Z",
  timelineKey: "2026-11-23T08:00:00.000Z#0123456789abcdef0123456789abcdef",
  clusterId: "0123456789abcdef0123456789abcdef",
};
const live: ArticleRecord = {
  ...identity,
  status: "live",
  outcome: "updated",
  metadataDigest: "",
  raw: { sha256: "", bytes: 0, contentType: "text/html", charset: "utf-8" },
  sanitation: { removed: [] },
  warnings: [],
};
const tombstone: ArticleRecord = { ...identity, status: "retracted" };

test("the ETag changes with every write", () => {
  expect(makeEtag({ version: 7 })).toBe('"v7"');
  expect(makeEtag({ version: 8 })).not.toBe(makeEtag({ version: 7 }));
});

describe("a list of ETags", () => {
  test.each([
    ['"v7"', true],
    ['"v6", "v7"', true],
    ['"v6","v7","v8"', true],
    ['  "v7"  ', true],
    // An answer that was gzipped has a weak one, and who read that has seen the article.
    ['W/"v7"', true],
    ['"v6", W/"v7"', true],
    ["*", true],
    ['"v6"', false],
    ['"v77"', false],
    ['"v"', false],
    ["v7", false],
    ["'v7'", false],
    ['w/"v7"', false],
    ['"V7"', false],
    ["", false],
    [",", false],
    ['"v6" "v7"', false],
  ])("%s: %s", (list, expected) => {
    expect(matchesEtag(list, '"v7"')).toBe(expected);
  });
});

describe("If-Match", () => {
  test.each([
    ["absent, on nothing", undefined, undefined],
    ["absent, on an article", undefined, live],
    ["absent, on a tombstone", undefined, tombstone],
    ["the ETag of the article", '"v7"', live],
    ["one of several", '"v1", "v7"', live],
    ["any article", "*", live],
    ["the ETag of the tombstone", '"v7"', tombstone],
  ])("lets through: %s", (_, ifMatch, current) => {
    expect(() => requireMatch(ifMatch, current)).not.toThrow();
  });

  test.each([
    ["an ETag, on nothing", '"v7"', undefined, "There is no such article."],
    ["any article, on nothing", "*", undefined, "There is no such article."],
    ["an old ETag", '"v6"', live, 'Its ETag is now "v7".'],
    ["an old ETag, on a tombstone", '"v6"', tombstone, 'Its ETag is now "v7".'],
    // Else a late retry of `If-Match: *` would bring back what was retracted meanwhile.
    ["any article, on a tombstone", "*", tombstone, 'Its ETag is now "v7".'],
    ["any article, in a list, on a tombstone", '"v6", *', tombstone, 'Its ETag is now "v7".'],
    ["an ETag that only looks weak within", '"vW/7"', live, 'Its ETag is now "v7".'],
    ["no ETag at all", "", live, 'Its ETag is now "v7".'],
  ])("412: %s", (_, ifMatch, current, words) => {
    let thrown: unknown;
    try {
      requireMatch(ifMatch, current);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProblemError);
    expect(thrown).toMatchObject({
      kind: "precondition-failed",
      message: expect.stringContaining(words),
      errors: [{ pointer: "header:If-Match" }],
      headers: current === undefined ? {} : { ETag: '"v7"' },
    });
  });
});
