import { describe, expect, test } from "vitest";
import { createBoundedOutput } from "../../../shared/article/bounded-output.ts";
import { createInlineList } from "../../../shared/article/inline-list.ts";
import type { OpeningTag } from "../../../shared/article/opening-tag.ts";
import { bounds } from "../../../shared/article/policy.ts";

function createList(written = "") {
  const output = createBoundedOutput();
  output.write(written);
  let contents = 0;
  const list = createInlineList(output, () => {
    contents += 1;
    list.write();
  });
  return { ...list, output, contents: () => contents };
}

const tag = (name: string, attributes = ""): OpeningTag => ({
  source: name,
  name,
  shape: "inline",
  attributes,
  persists: name !== "sup",
});

/** What leaves this much room for tags. */
const filler = (room: number): string => "-".repeat(bounds.outputSlack - room);

describe("inline elements", () => {
  test("are in effect where there was room for them, and where they say nothing more", () => {
    const { add, size } = createList();
    const added = (name: string, attributes?: string): boolean => add(tag(name, attributes), 0, 1);
    expect(["b", "b", "rt", "span", "ruby", "rt", "i", "u", "s", "em"].map((name) => added(name))).toEqual(
      Array(10).fill(true),
    );
    expect(size()).toBe(7);
    expect([added("sup"), added("code"), added("i"), added("span"), added("span", " lang=x")]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(size()).toBe(bounds.maxInline);
  });

  test("from outside of a cell are not added again in it, nor ended by it", () => {
    const { add, remove, size } = createList();
    expect(add(tag("b"), 0, 1)).toBe(true);
    expect(add(tag("b"), 1, 1)).toBe(false);
    expect(remove("b", 1)).toBe(false);
    expect(remove("b", 0)).toBe(true);
    expect(remove("b", 0)).toBe(false);
    expect(size()).toBe(0);
  });

  test("end as often as they began", () => {
    const { add, remove, size } = createList();
    for (const name of ["b", "b", "b"]) add(tag(name), 0, 1);
    expect([remove("b", 0), size(), remove("b", 0), size(), remove("b", 0), size()]).toEqual([
      true,
      1,
      true,
      1,
      true,
      0,
    ]);
  });

  test("that are readings end with their word", () => {
    const { add, remove, size } = createList();
    for (const name of ["b", "ruby", "rt", "i"]) add(tag(name), 0, 1);
    remove("ruby", 0);
    expect(size()).toBe(2);
    expect(remove("i", 0)).toBe(true);
  });

  test("end with their block unless they persist", () => {
    const { add, endBlock, remove, size } = createList();
    add(tag("sup"), 0, 1);
    add(tag("b"), 0, 2);
    add({ ...tag("sup"), source: "x" }, 0, 2);
    add({ ...tag("sup"), source: "y" }, 0, 3);
    endBlock(2);
    expect([size(), remove("x", 0), remove("y", 0), remove("sup", 0), remove("b", 0)]).toEqual([
      2,
      false,
      false,
      true,
      true,
    ]);
  });

  test("say whether a link is open in the output at this moment", () => {
    const { add, hasOpenLink, suspend, write } = createList();
    add(tag("b"), 0, 1);
    write();
    expect(hasOpenLink()).toBe(false);
    add(tag("a", " href=x"), 0, 1);
    expect(hasOpenLink()).toBe(false);
    write();
    expect(hasOpenLink()).toBe(true);
    suspend();
    expect(hasOpenLink()).toBe(false);
  });
});

describe("in the output", () => {
  test("stands what is in effect, once", () => {
    const { add, output, suspend, write } = createList();
    for (const name of ["b", "i"]) add(tag(name), 0, 1);
    write();
    write();
    suspend();
    suspend();
    add(tag("u"), 0, 1);
    write();
    suspend();
    expect(output.take()).toBe("<b><i></i></b><b><i><u></u></i></b>");
  });

  test("a start tag is written where there is room for its end tag, too", () => {
    const written = (room: number): string => {
      const { add, output, suspend, write } = createList(filler(room));
      add(tag("b"), 0, 1);
      write();
      suspend();
      return output.take().replaceAll("-", "");
    };
    expect(written("<b></b>".length)).toBe("<b></b>");
    expect(written("<b></b>".length - 1)).toBe("");
  });

  test("tags written again are paid for by what was read", () => {
    const { add, output, suspend, write } = createList();
    // The last tag costs the last character of what there is.
    const read = 104;
    output.advanceTo(read);
    add(tag("b"), 0, 1);
    for (let block = 0; block < 200; block += 1) {
      write();
      suspend();
    }
    const repetitions = Math.floor((bounds.outputSlack + bounds.maxRepetition * read) / "<b></b>".length);
    expect(output.take()).toBe("<b></b>".repeat(1 + repetitions));
  });

  test("a reading stands in its word alone", () => {
    const { add, output, suspend, write } = createList(filler("<b></b><rt></rt>".length));
    for (const opened of [tag("b"), tag("ruby", " lang=x"), tag("rt")]) add(opened, 0, 1);
    write();
    suspend();
    expect(output.take()).toMatch(/-<b><\/b>$/);
  });

  test("a link without content is content, unless there was no room for it", () => {
    const link = tag("a", ` href="${"x".repeat(20)}"`);
    const some = createList();
    some.add(link, 0, 1);
    expect([some.remove("a", 0), some.contents()]).toEqual([true, 1]);
    expect(some.output.take()).toBe(`<a${link.attributes}></a>`);

    const none = createList(filler(20));
    none.add(link, 0, 1);
    none.write();
    expect([none.remove("a", 0), none.contents()]).toEqual([true, 0]);
  });
});
