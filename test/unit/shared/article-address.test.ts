import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../shared/api/problem.ts";
import { parseAddress, resolveAddress } from "../../../shared/article-address.ts";

const id = "0123456789abcdef0123456789abcdef";

describe("parseAddress", () => {
  test.each([
    ["a", { partnerArticleId: "a" }],
    ["a/b~c", { partnerArticleId: "a/b~c" }],
    [id, { partnerArticleId: id }],
    [` ~${id}`, { partnerArticleId: ` ~${id}` }],
    [`~${id}`, { articleId: id }],
  ])("%j", (parameter, expected) => {
    expect(parseAddress(parameter)).toEqual(expected);
  });

  test.each(["~", "~~", "~a", `~${id}0`, `~${id.slice(1)}`, `~${id.toUpperCase()}`, `~${id}\n`, `~~${id}`])(
    "%j is refused",
    (parameter) => {
      let thrown: unknown;
      try {
        parseAddress(parameter);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(ProblemError);
      expect(thrown).toMatchObject({ kind: "invalid-parameter", errors: [{ pointer: "path:partnerArticleId" }] });
    },
  );
});

describe("resolveAddress", () => {
  test("an article ID is itself, whoever asks", () => {
    expect(resolveAddress("wire", { articleId: id })).toBe(id);
    expect(resolveAddress("other", { articleId: id })).toBe(id);
  });

  test("a partner's own ID means that partner's article", () => {
    const address = { partnerArticleId: "a" };
    expect(resolveAddress("wire", address)).toMatch(/^[0-9a-f]{32}$/);
    expect(resolveAddress("wire", address)).toBe(resolveAddress("wire", address));
    expect(resolveAddress("wire", address)).not.toBe(resolveAddress("other", address));
    expect(resolveAddress("wire", address)).not.toBe(resolveAddress("wire", { partnerArticleId: "A" }));
  });

  test("a partner's own ID that looks like an article ID is still its own", () => {
    expect(resolveAddress("wire", { partnerArticleId: id })).not.toBe(id);
  });
});
