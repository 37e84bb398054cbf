import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { articleIdPattern } from "../../../shared/api/article-id.ts";
import { findClusterStarter, makeArticleId, makeClusterId } from "../../../shared/article/article-id.ts";
import { identifyArticle } from "../../../shared/article/derive-article.ts";

const kinds = ["partnerArticleId", "canonicalUrl", "contentHash"] as const;
const text = fc.string({ unit: "binary" });
const identity = fc.record({ kind: fc.constantFrom(...kinds), value: text });

describe("article ID", () => {
  test("stays what it is: stored articles hang on it", () => {
    expect(makeArticleId("wire", { kind: "partnerArticleId", value: "harbour" })).toBe(
      "d78317650948e946dd75588e3ba19e45",
    );
  });

  test("depends on partner, kind and value, and on nothing else", () => {
    fc.assert(
      fc.property(text, identity, text, identity, (partner, one, otherPartner, other) => {
        const id = makeArticleId(partner, one);
        expect(id).toMatch(articleIdPattern);
        expect(makeArticleId(partner, { ...one })).toBe(id);
        const isSame = partner === otherPartner && one.kind === other.kind && one.value === other.value;
        expect(makeArticleId(otherPartner, other) === id).toBe(isSame);
      }),
    );
  });

  test("does not run together: neither kinds, nor partner and value", () => {
    const ids = [
      ...kinds.map((kind) => makeArticleId("wire", { kind, value: "same" })),
      makeArticleId("a", { kind: "partnerArticleId", value: "bc" }),
      makeArticleId("ab", { kind: "partnerArticleId", value: "c" }),
      makeArticleId('a","partnerArticleId', { kind: "partnerArticleId", value: "b" }),
      makeArticleId("a", { kind: "partnerArticleId", value: 'partnerArticleId","b' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("without a partner's own ID", () => {
  const canonicalUrl = "https://news.example/a";
  const byUrl = makeArticleId("wire", { kind: "canonicalUrl", value: canonicalUrl });
  const byText = makeArticleId("wire", { kind: "contentHash", value: "text" });
  const byBytes = makeArticleId("wire", { kind: "contentHash", value: "bytes" });

  test.each([
    ["the URL identifies it", { canonicalUrl, contentHash: "text", rawDigest: "bytes" }, byUrl],
    ["or else the text", { contentHash: "text", rawDigest: "bytes" }, byText],
    ["or else the bytes", { rawDigest: "bytes" }, byBytes],
  ])("%s", (_, article, expected) => {
    expect(identifyArticle("wire", article)).toBe(expected);
  });
});

describe("cluster ID", () => {
  const id = "0123456789abcdef0123456789abcdef";
  const other = "0123456789abcdef0123456789abcde0";

  test("tells who started it", () => {
    expect([makeClusterId(id, 1), makeClusterId(id, 2)]).toEqual([id, `${id}-2`]);
    for (const revision of [1, 2, 10, 999_999]) expect(findClusterStarter(makeClusterId(id, revision))).toBe(id);
  });

  test("is another for each article and each revision", () => {
    const clusters = [id, other].flatMap((article) =>
      [1, 2, 3, 11, 12].map((revision) => makeClusterId(article, revision)),
    );
    expect(new Set(clusters).size).toBe(10);
  });
});
