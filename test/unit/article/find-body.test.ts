import { describe, expect, test } from "vitest";
import { findBody } from "../../../shared/article/find-body.ts";
import type { BlockSpan } from "../../../shared/article/record-spans.ts";

interface Block {
  /** Name of the element, with attributes behind it: `p class="x"`. */
  readonly tag: string;
  readonly text?: number;
  readonly linked?: number;
  readonly within?: readonly Block[];
}

const block = (tag: string, text: number, linked = 0): Block => ({ tag, text, linked });
const around = (tag: string, ...within: Block[]): Block => ({ tag, within });

/** Lays blocks out as the emitter does, each tag one character long. */
function lay(blocks: readonly Block[]): BlockSpan[] {
  const spans: BlockSpan[] = [];
  let position = 0;
  const add = ({ tag, text = 0, linked = 0, within = [] }: Block, parent: number): void => {
    const [source = ""] = tag.split(" ");
    const described = [...tag.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => ({ name, value }));
    const span = { source, described, parent, start: position, end: 0, text, linked };
    const index = spans.push(span) - 1;
    position += 1 + text;
    for (const inner of within) add(inner, index);
    position += 1;
    span.end = position;
  };
  for (const outer of blocks) add(outer, -1);
  return spans;
}

const find = (...blocks: Block[]) => findBody(lay(blocks));
const nav = block("nav", 100, 100);
const all = { way: "all" } as const;
const none = { way: "none" } as const;

describe("a page", () => {
  test("has its body where most of the running text is", () => {
    const found = { ranges: [[102, 504]], way: "scored", left: 0.5 };
    expect(find(nav, block("div", 400), block("div", 300))).toEqual(found);
  });

  test.for([
    "nav",
    "footer",
    'div role="navigation"',
    'div role=" Navigation "',
    'div class="menu"',
    'div id="menu"',
    'div class="siteMenu"',
    `div class="${"x".repeat(295)} menu"`,
  ])("has navigation with <%s>", (tag) => {
    expect(find(block(tag, 100, 100), block("div", 300))).toMatchObject({ ranges: [[102, 404]], left: 0.25 });
  });

  test.for([
    "aside",
    "div",
    'div title="menu"',
    'div itemprop="navigation"',
    'div class="menus"',
    `div class="${"x".repeat(296)} menu"`,
  ])("has none with <%s>", (tag) => {
    expect(find(block(tag, 100, 100), block("div", 300))).toEqual(all);
  });

  test("is kept where less than 3 % would be left out", () => {
    expect(find(block("nav", 30), block("div", 969))).toMatchObject({ way: "scored" });
    expect(find(block("nav", 29), block("div", 970))).toEqual(all);
    expect(find(block("nav", 0), { ...block("div", 500), within: [block("div", 50), nav] })).toMatchObject({
      left: 1 - 550 / 650,
    });
  });

  test("without anything has all", () => {
    expect(find()).toEqual(all);
    expect(find(around("nav"))).toEqual(none);
  });
});

describe("a body", () => {
  test("has at least 250 characters", () => {
    expect(find(nav, block("div", 250))).toMatchObject({ ranges: [[102, 354]] });
    expect(find(nav, block("div", 249))).toEqual(none);
    expect(find(nav, block("div", 249), block("div", 249))).toEqual(none);
  });

  test("has at least a quarter of the page's running text", () => {
    const articles = (count: number): Block[] => Array.from({ length: count }, () => block("div", 300));
    expect(find(nav, ...articles(4))).toMatchObject({ ranges: [[1008, 1310]] });
    expect(find(nav, ...articles(5))).toEqual(none);
  });

  test("may be the first block", () => {
    expect(find(block("div", 300), nav)).toMatchObject({ ranges: [[0, 302]] });
  });

  test("is the innermost of those that hold the same", () => {
    expect(find(nav, around("div", around("div", block("p", 200), block("p", 200))))).toMatchObject({
      ranges: [[103, 509]],
    });
  });

  test("is rather the smaller block than one that is half of something else", () => {
    const inner = around("div", block("p", 300));
    expect(find(nav, around("div", inner, block("p", 100), block("td", 59)))).toMatchObject({ ranges: [[102, 571]] });
    const others = Array.from({ length: 5 }, () => block("td", 59));
    expect(find(nav, around("div", inner, block("p", 100), ...others))).toMatchObject({ ranges: [[104, 406]] });
  });

  test.for([
    "article",
    "main",
    'div role="main"',
    'div role=" Article "',
    'div class="article-body"',
    'div id="story-text"',
    'div itemprop="headline articleBody"',
    'div class="content"',
    'div class="richtext"',
  ])("is rather <%s> than a block of little more text", (tag) => {
    expect(find(nav, block(tag, 300), block("div", 320))).toMatchObject({ ranges: [[102, 404]] });
    expect(find(nav, block("div", 320), block(tag, 300))).toMatchObject({ ranges: [[424, 726]] });
  });

  test.for(['div title="article-body"', 'div lang="articleBody"', 'div name="main"', 'div class="articles"'])(
    "is not <%s> for what it says elsewhere",
    (tag) => {
      expect(find(nav, block(tag, 300), block("div", 320))).toMatchObject({ ranges: [[404, 726]], way: "scored" });
    },
  );

  test.for([
    ['div class="articleBody"', "marked"],
    ['div id="entry-content"', "marked"],
    ['section itemprop="articleBody"', "marked"],
    ["article", "scored"],
    ['div class="article"', "scored"],
  ] as const)("in <%s> is %s", ([tag, way]) => {
    expect(find(nav, block(tag, 300))).toMatchObject({ way });
  });

  test("that is named with no room for doubt comes before an article element, and this before a class", () => {
    const [named, element, called] = ['div class="article-body"', "article", 'div class="content"'];
    expect(find(nav, block(named, 300), block(element, 450))).toMatchObject({ way: "marked" });
    expect(find(nav, block(named, 300), block(element, 470))).toMatchObject({ way: "scored" });
    expect(find(nav, block(element, 300), block(called, 335))).toMatchObject({ ranges: [[102, 404]] });
    expect(find(nav, block(element, 300), block(called, 345))).toMatchObject({ ranges: [[404, 751]] });
  });
});

describe("running text", () => {
  test.for([
    ["p", 20, 0, true],
    ["p", 19, 0, false],
    ["div", 60, 0, true],
    ["div", 59, 0, false],
    ["td", 60, 0, true],
    ["p", 100, 45, true],
    ["p", 100, 46, false],
    ["h2", 100, 0, false],
    ["figcaption", 100, 0, false],
    ["caption", 100, 0, false],
    ["th", 100, 0, false],
    ["dt", 100, 0, false],
    ["summary", 100, 0, false],
    ["address", 100, 0, false],
  ] as const)("<%s> of %d characters, %d in links: %s", ([tag, text, linked, isProse]) => {
    // With these characters, and only with them, there are 250.
    const found = find(nav, around("div", block("p", 250 - text), block(tag, text, linked)));
    expect(found.way).toBe(isProse ? "scored" : "none");
  });

  test("headings are neither that nor something else", () => {
    const inner = around("section", block("p", 300));
    const headings = Array.from({ length: 5 }, () => block("h3", 59));
    expect(find(nav, around("div", inner, block("p", 30), ...headings))).toMatchObject({ ranges: [[102, 745]] });
  });
});

describe("furniture", () => {
  /** Which of the blocks a body with enough text beside them keeps. */
  const keeps = (inner: Block): boolean => {
    const found = find(nav, around("article", block("p", 500), inner));
    return "ranges" in found && found.ranges.length === 1;
  };

  test.for([
    ["aside", true],
    ["form", true],
    ["section", false],
    ['div role="complementary"', true],
    ['div role=" Banner "', true],
    ['div role="note"', false],
    ['div class="share-bar"', true],
    ['div id="comments"', true],
    ['div class="postMeta"', true],
    ['div class="headline"', false],
    ['div title="related"', false],
    ["article", false],
    ['article class="related"', false],
    ['div class="article-body sidebar"', false],
    ['div class="related" itemprop="articleBody"', false],
    ['div class="related" role="main"', false],
    ['div class="related" role="article"', false],
    ['main class="related"', true],
  ] as const)("<%s>: %s", ([tag, isFurniture]) => {
    expect(keeps(block(tag, 200))).toBe(!isFurniture);
  });

  test.for([
    ["p", 119, true],
    ["p", 120, false],
    ["div", 120, true],
  ] as const)("a <%s> called promo of %d characters: %s", ([tag, text, isFurniture]) => {
    expect(keeps(block(`${tag} class="promo"`, text))).toBe(!isFurniture);
  });

  test.for([
    ["div", 61, true],
    ["div", 60, false],
    ["ul", 100, true],
    ["p", 61, false],
    ["h2", 61, false],
    ["td", 61, false],
    ["th", 61, false],
    ["li", 61, false],
  ] as const)("<%s> with %d %% of it in links: %s", ([tag, linked, isFurniture]) => {
    expect(keeps(block(tag, 100, linked))).toBe(!isFurniture);
  });

  test("is a list whose items are links, and not an empty block", () => {
    const items = (...linked: number[]): Block => around("ul", ...linked.map((count) => block("li", 50, count)));
    expect(keeps(items(50, 50, 0))).toBe(false);
    expect(keeps(items(50, 0, 0))).toBe(true);
    expect(keeps(around("div"))).toBe(true);
  });

  test("is not what holds more than half of the page's running text", () => {
    expect(find(nav, block("aside", 301), block("div", 300))).toMatchObject({ ranges: [[102, 405]] });
    expect(find(nav, block("aside", 300), block("div", 300))).toMatchObject({ ranges: [[404, 706]] });
    const deep = around("aside", around("div", block("p", 301)));
    expect(find(nav, deep, block("div", 300))).toMatchObject({ ranges: [[104, 407]] });
  });

  test("is all that is in it, whatever that is called", () => {
    const teaser = around("aside", around('div class="article-body"', block("p", 300)));
    expect(find(nav, block("div", 400), teaser)).toMatchObject({ ranges: [[102, 504]], way: "scored" });
  });

  test("is cut out of the body, and nothing is left between two of it", () => {
    const body = around("div", block("p", 300), nav, around("aside", block("p", 40)), block("p", 200), nav);
    expect(find(nav, nav, body, nav)).toEqual({
      ranges: [
        [204, 507],
        [653, 855],
        [957, 958],
      ],
      way: "scored",
      left: 1 - 500 / 1040,
    });
  });

  test("is none where two asides have half of the running text each", () => {
    const half = around("aside", block("p", 400));
    expect(find(nav, half, half)).toEqual({ way: "none" });
  });

  test("is cut out where tags were given up for want of room", () => {
    const [page, body, first, last] = lay([nav, around("div", nav, block("p", 300), nav)]).filter(
      ({ source }) => source !== "p",
    );
    if (!(page && body && first && last)) throw new Error("These were laid.");
    const bare = { ...body, text: 300, start: first.start, end: last.end };
    expect(findBody([page, bare, first, last])).toMatchObject({ ranges: [[first.end, last.start]] });
  });
});
