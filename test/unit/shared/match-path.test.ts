import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchPath } from "../../../shared/api/match-path.ts";
import { operations } from "../../../shared/api/operations.ts";

describe("matchPath", () => {
  test.each([
    ["/healthz", "/healthz", {}],
    ["/healthz", "/healthz/", undefined],
    ["/healthz", "/health", undefined],
    ["/healthz", "/Healthz", undefined],
    ["/v1/articles", "/v1/articles", {}],
    ["/v1/articles", "/v1", undefined],
    ["/v1/articles", "/v1/articles/a", undefined],
    ["/v1/articles/{id}", "/v1/articles/a", { id: "a" }],
    ["/v1/articles/{id}", "/v1/articles/", undefined],
    ["/v1/articles/{id}", "/v1/articles", undefined],
    ["/v1/articles/{id}", "/v1/articles/a/b", undefined],
    ["/v1/articles/{id}", "/v1/articles/ä b", { id: "ä b" }],
    ["/v1/articles/{id}/html", "/v1/articles/a/html", { id: "a" }],
    ["/v1/articles/{id}/html", "/v1/articles//html", undefined],
    ["/v1/articles/{id}/html", "/v1/articles/a/raw", undefined],
    ["/v1/articles/{id}/html", "/v1/articles/a/html/", undefined],
    ["/v1/{a}/{b}", "/v1/x/y", { a: "x", b: "y" }],
    ["/v1/submissions/{partnerArticleId+}", "/v1/submissions/a", { partnerArticleId: "a" }],
    ["/v1/submissions/{partnerArticleId+}", "/v1/submissions/a/b/c", { partnerArticleId: "a/b/c" }],
    ["/v1/submissions/{partnerArticleId+}", "/v1/submissions/a//b/", { partnerArticleId: "a//b/" }],
    ["/v1/submissions/{partnerArticleId+}", "/v1/submissions/", undefined],
    ["/v1/submissions/{partnerArticleId+}", "/v1/submissions", undefined],
    ["/v1/submissions/{partnerArticleId+}", "/v1/submission/a", undefined],
    ["/{path+}", "/", undefined],
    ["/{path+}", "/a/b", { path: "a/b" }],
  ])("%s on %s", (route, path, expected) => {
    expect(matchPath(route, path)).toEqual(expected);
  });

  test("whatever fills a route is found in it again", () => {
    const segment = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("/"));
    fc.assert(
      fc.property(
        fc.constantFrom(...operations),
        fc.array(segment, { minLength: 2, maxLength: 2 }),
        ({ path }, values) => {
          const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = ""]) => name);
          const parameters = Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
          const filled = path.replace(/\{(\w+)\+?\}/g, (_, name) => parameters[name] ?? "");
          expect(matchPath(path, filled)).toEqual(parameters);
        },
      ),
    );
  });

  test("a path that a client asks for has one operation for a method", () => {
    const seen = operations.map(({ method, path }) => `${method} ${path.replace(/\{\w+/g, "{")}`);
    expect(new Set(seen).size).toBe(operations.length);
  });
});
