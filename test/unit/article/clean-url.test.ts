import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanUrl } from "../../../shared/article/clean-url.ts";
import { linkSchemes, rejectedSchemes } from "../../../shared/article/policy.ts";
import { runs } from "../../support/property-runs.ts";

const base = new URL("https://news.example/a/b?c#d");
const clean = (raw: string, from: URL | undefined): string => {
  const cleaned = cleanUrl(raw, from, linkSchemes);
  return "refused" in cleaned ? cleaned.refused : cleaned.url;
};

describe("cleanUrl", () => {
  test.for([
    ["https://A.example", "https://a.example/"],
    ["//a.example/x", "https://a.example/x"],
    ["x", "https://news.example/a/x"],
    ["#top", "https://news.example/a/b?c#top"],
    ["\\\\a.example\\x", "https://a.example/x"],
    ["https:/a.example", "https://a.example/"],
    ["https://bücher.example/ä b", "https://xn--bcher-kva.example/%C3%A4%20b"],
    ["https://u:p@a.example/", "https://a.example/"],
    ["https://a.example/?utm_source=a&b=1&FBCLID=2#c", "https://a.example/?b=1#c"],
    ["https://a.example/?utm%5Fsource=a", "https://a.example/"],
    ["https://a.example/?fbclid&a=1", "https://a.example/?a=1"],
    ["https://a.example/?%ff=a&fbclid=1", "https://a.example/?%ff=a"],
    ["https://a.example/?ref=a&id=2", "https://a.example/?ref=a&id=2"],
    ["java\tscript:alert(1)", "scheme"],
    ["\u0001javascript:alert(1)", "scheme"],
    ["java\u00adscript:alert(1)", "scheme"],
    ["JAVASCRIPT:alert(1)", "scheme"],
    ["data:text/html,x", "scheme"],
    ["ftp://a.example/", "scheme"],
    ["https://", "syntax"],
    ["https://a b/", "syntax"],
    [" \n ", "empty"],
    ["mailto:a@b.example", "mailto:a@b.example"],
  ] as const)("%j becomes %j", ([raw, expected]) => {
    expect(clean(raw, base)).toBe(expected);
  });

  test.for([
    ["/x", "/x"],
    ["x y", "x%20y"],
    ["\\/a.example", "https://a.example/"],
    ["a:b", "scheme"],
    ["a<b>:c", "scheme"],
    ["?q=ä", "?q=%C3%A4"],
    ["a/b:c", "a/b:c"],
    ["?a:b", "?a:b"],
  ] as const)("without a base %j becomes %j", ([raw, expected]) => {
    expect(clean(raw, undefined)).toBe(expected);
  });

  test("what is relative to a file is none of the web", () => {
    expect(clean("z", new URL("file:///x/y"))).toBe("scheme");
  });

  test.for(rejectedSchemes)("$scheme is refused: $reason", ({ scheme }) => {
    expect(clean(`${scheme}x`, base)).toBe("scheme");
  });

  test("a clean address stays as it is, whatever it was cleaned from", () => {
    const piece = fc.constantFrom(
      ..."https: http: // / \\ a b.example ?x=1 &y &utm_id=2 #z : @ % %41 ä javascript: data: . .. [ ] | \u0000 \u200b , ; \" ' < >".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom(base, undefined), (pieces, from) => {
        const once = cleanUrl(pieces.join(""), from, linkSchemes);
        if ("refused" in once) return;
        expect(cleanUrl(once.url, from, linkSchemes)).toEqual(once);
        expect(once.url).not.toMatch(/^(?!https?:|mailto:|tel:)[^/?#]*:/);
      }),
      { numRuns: runs(5000) },
    );
  });

  test("an address is resolved as the platform does", () => {
    const piece = fc.constantFrom(..."/ a b1 .. . - ~ _ ?x=1 &y #z : // % . html \\ @".split(" "));
    const bases = [
      "https://u:p@news.example:8080/a/b?c#d",
      "http://news.example",
      "https://news.example/a/",
      "ws://a/b/c",
    ];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), fc.constantFrom(...bases), (pieces, from) => {
        const address = pieces.join("");
        const cleaned = cleanUrl(address, new URL(from), new Set([...linkSchemes, "ws:"]));
        const parsed = URL.parse(address, from);
        if ("refused" in cleaned || parsed === null) return;
        parsed.username = "";
        parsed.password = "";
        expect(cleaned.url).toBe(parsed.href);
      }),
      { numRuns: runs(5000) },
    );
  });
});
