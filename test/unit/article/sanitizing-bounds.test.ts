import { describe, expect, test } from "vitest";
import { bounds } from "../../../shared/article/policy.ts";
import { readHtml } from "../../../shared/article/read-article.ts";
import { hostileShapes } from "../../bench/sanitize/hostile-shapes.ts";
import { expectLaws } from "./expect-laws.ts";

describe("hostile and large input", () => {
  test.for([...hostileShapes])("obeys the laws: %s", ([, shape]) => {
    expectLaws(shape(8000), "https://news.example/a");
  });

  test.for([
    ["paragraphs", "<p>x"],
    ["rows", "<table><tr><td>x</table>"],
    ["embedded frames", '<iframe src="https://www.youtube.com/embed/abcdef"></iframe>x'],
  ] as const)("of more %s than lines are told apart no text is lost", ([, unit]) => {
    const count = bounds.maxLines + 1000;
    const { lines, text, html } = readHtml(unit.repeat(count));
    expect(lines.length).toBe(bounds.maxLines + 1);
    expect(lines.at(-1)?.boilerplate).toBeUndefined();
    expect(text.match(/x/g)?.length).toBe(count);
    expect(readHtml(html).text).toBe(text);
  });

  test("100,000 nested tags need no stack", () => {
    for (const name of ["div", "b", "table", "svg", "li", "font"]) {
      expect(readHtml(`${`<${name}>`.repeat(100_000)}x`).html.length).toBeLessThan(10_000);
    }
  });
});
