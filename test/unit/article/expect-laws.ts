import { parseFragment, serialize } from "parse5";
import { expect } from "vitest";
import { checkHtml } from "../../../shared/article/check-html.ts";
import { bounds } from "../../../shared/article/policy.ts";
import { readHtml } from "../../../shared/article/read-article.ts";

/** What holds for any markup: twice is once, one parse, within the grammar, bounded growth, lines that are the text. */
export function expectLaws(html: string, url: string | undefined): void {
  const options = url === undefined ? {} : { url };
  const once = readHtml(html, options);
  const twice = readHtml(once.html, options);
  expect(twice.html).toBe(once.html);
  expect(twice.text).toBe(once.text);
  expect(checkHtml(once.html)).toBeUndefined();
  expect(serialize(parseFragment(once.html))).toBe(once.html);
  expect(once.html.length).toBeLessThanOrEqual(8 * html.length + bounds.outputSlack);
  expect(once.text).toBe(once.lines.map((line) => line.text).join("\n"));
}
