import { describe, expect, test } from "vitest";
import { collectTag, collectText, createHeadFacts } from "../../../shared/article/collect-head.ts";

type Attributes = Readonly<Record<string, string>>;

/** Gives the facts of these tags, and which of them may have been the address of the page. */
function collect(...tags: (readonly [tag: string, attributes: Attributes])[]) {
  const facts = createHeadFacts();
  const mayName = tags.map(([tag, attributes]) =>
    collectTag(
      facts,
      tag,
      Object.entries(attributes).map(([name, value]) => ({ name, value })),
    ),
  );
  return { facts, mayName };
}

const nothing = createHeadFacts();
const long = "x".repeat(4096);
const tooLong = `${long}x`;

describe("the facts of a page", () => {
  test.for([
    ["html", { lang: "de", "xml:lang": "en" }, { isDocument: true, language: "de" }, false],
    ["html", { "xml:lang": "en" }, { isDocument: true, language: "en" }, false],
    ["body", { lang: "de" }, { isDocument: true }, false],
    ["base", { href: "/a" }, { base: "/a" }, true],
    ["base", {}, {}, false],
    [
      "meta",
      { property: " OG:Title ", name: "b", content: " C " },
      { metas: [{ key: "og:title", value: " C " }] },
      true,
    ],
    ["meta", { name: "a", itemprop: "b", content: "c" }, { metas: [{ key: "a", value: "c" }] }, true],
    ["meta", { itemprop: "a", "http-equiv": "b", content: "c" }, { metas: [{ key: "a", value: "c" }] }, true],
    ["meta", { "http-equiv": "a", content: "" }, { metas: [{ key: "a", value: "" }] }, true],
    ["meta", { content: "c" }, {}, false],
    ["meta", { name: "a" }, {}, false],
    ["meta", { name: "a", content: tooLong }, {}, false],
    [
      "link",
      { rel: " Canonical ", href: "/a" },
      { links: [{ rel: "canonical", href: "/a", hreflang: undefined }] },
      true,
    ],
    ["link", { rel: "x", href: long, hreflang: "de" }, { links: [{ rel: "x", href: long, hreflang: "de" }] }, true],
    ["link", { rel: "x", href: tooLong }, {}, false],
    ["link", { rel: "x" }, {}, false],
    ["link", { href: "/a" }, {}, false],
    ["time", { datetime: "2026" }, { times: ["2026"] }, false],
    ["time", {}, {}, false],
  ] as const)("<%s> with %j", ([tag, attributes, found, isAddress]) => {
    const { facts, mayName } = collect([tag, attributes]);
    expect(facts).toEqual({ ...nothing, ...found });
    expect(mayName).toEqual([isAddress]);
  });

  test("are the first of a kind that there is one of", () => {
    const { facts, mayName } = collect(
      ["base", { href: "/a" }],
      ["base", { href: "/b" }],
      ["html", { lang: "de" }],
      ["html", { lang: "en" }],
    );
    expect(facts).toMatchObject({ base: "/a", language: "de" });
    expect(mayName).toEqual([true, false, false, false]);
    collectText(facts, "title", tooLong);
    collectText(facts, "title", "another");
    expect(facts.title).toBe(long);
  });

  test.for([
    ["metas", "meta", { name: "a", content: "b" }],
    ["links", "link", { rel: "a", href: "b" }],
    ["times", "time", { datetime: "a" }],
  ] as const)("are at most 200 %s", ([kind, tag, attributes]) => {
    const { facts, mayName } = collect(...Array.from({ length: 202 }, () => [tag, attributes] as const));
    expect(facts[kind]).toHaveLength(200);
    expect(mayName.slice(200)).toEqual([false, false]);
  });

  test("are at most 200 scripts of 500,000 characters", () => {
    const facts = createHeadFacts();
    collectText(facts, "script", "x".repeat(500_001));
    collectText(facts, "script", "x".repeat(500_000));
    for (let script = 0; script < 201; script += 1) collectText(facts, "script", "{}");
    expect(facts.jsonLd.map(({ length }) => length)).toEqual([500_000, ...Array(199).fill(2)]);
  });
});
