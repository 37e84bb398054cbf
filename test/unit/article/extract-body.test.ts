import { describe, expect, test } from "vitest";
import { readHtml } from "../../../shared/article/read-article.ts";

const sentence = "The government said on Monday that it would not change the law before the end of the year.";
const paragraphs = Array.from({ length: 6 }, (_, index) => `<p>${index}: ${sentence}</p>`).join("");
const links = (count: number): string =>
  Array.from({ length: count }, (_, index) => `<li><a href="/${index}">Link number ${index}</a></li>`).join("");
const navigation = `<nav><ul>${links(12)}</ul></nav>`;
const footer = `<footer><p>Copyright of the paper. All rights reserved by the paper and its owners.</p></footer>`;
const page = (body: string): string => `<!doctype html><html><head><title>x</title></head><body>${body}</body></html>`;

function read(body: string): { lines: string[]; codes: string[]; html: string } {
  const { lines, warnings, html } = readHtml(page(body), { url: "https://news.example/a" });
  return { lines: lines.map(({ text }) => text), codes: warnings.map(({ code }) => code), html };
}

const expected = Array.from({ length: 6 }, (_, index) => `${index}: ${sentence}`);

describe("the body of a page", () => {
  test.for([
    ["an article element", `<article>${paragraphs}</article>`],
    ["a marked body", `<div class="page"><div class="article-body">${paragraphs}</div></div>`],
    ["an itemprop", `<div><div itemprop="articleBody">${paragraphs}</div></div>`],
    ["a block like others", `<div class="x1"><div class="x2">${paragraphs}</div><div class="x3">Short</div></div>`],
    ["a table for layout", `<table><tr><td>${navigation}<td>${paragraphs}</table>`],
    [
      "a block with furniture in it",
      `<div>${paragraphs}<div class="share-bar">Share it</div><aside>Other things</aside><ul class="related">${links(5)}</ul></div>`,
    ],
  ] as const)("is found in %s", ([, body]) => {
    const { lines, codes } = read(`${navigation}<div class="sidebar"><ul>${links(5)}</ul></div>${body}${footer}`);
    expect(lines).toEqual(expected);
    expect(codes).toEqual(["body-extracted"]);
  });

  test("is told with the way it was found and the share that was left out", () => {
    const detailOf = (body: string) => readHtml(page(`${navigation}${body}`)).warnings[0]?.detail;
    const [marked, scored] = [`<div class="article-body">${paragraphs}</div>`, `<div>${paragraphs}</div>`].map(
      detailOf,
    );
    expect(marked).toMatch(/marks; 2\d %/);
    expect(scored).toMatch(/running text is; 2\d %/);
  });

  test("is all of a page without navigation", () => {
    const { lines, codes } = read(`<h1>A title</h1>${paragraphs}<aside>A box</aside>`);
    expect(lines).toEqual(["A title", ...expected, "A box"]);
    expect(codes).toEqual([]);
  });

  test("is all of a page whose body cannot be told", () => {
    const { lines, codes } = read(`${navigation}<p>Short.</p>`);
    expect(lines.length).toBe(13);
    expect(codes).toContain("body-not-found");
  });

  test("is not looked for in a fragment", () => {
    const { lines } = readHtml(`${navigation}${paragraphs}`);
    expect(lines.length).toBe(18);
    const marked = `<time datetime=2026-01-01>x</time>${navigation}<article>${paragraphs}</article>`;
    expect(readHtml(marked).lines.length).toBe(19);
  });

  test("is not looked for where all is wanted", () => {
    const { lines, warnings } = readHtml(page(`${navigation}<article>${paragraphs}</article>`), { keep: "all" });
    expect(lines.length).toBe(18);
    expect(warnings.map(({ code }) => code)).not.toContain("body-extracted");
  });

  test("leaves no empty elements, parts what was parted, and is sanitized for good", () => {
    const { html } = read(
      `${navigation}<div>${paragraphs}text<div class="share-bar">Share</div>more<ul><li class="related">x</li></ul></div>`,
    );
    expect(html).toMatch(/text<br>more<\/div>$/);
    expect(readHtml(html).html).toBe(html);
  });

  test("may lie in a block that is called furniture", () => {
    const { lines } = read(`${navigation}<div class="content has-sidebar sidebar">${paragraphs}</div>${footer}`);
    expect(lines).toEqual(expected);
  });
});
