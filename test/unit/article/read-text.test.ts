import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeText } from "../../../shared/article/escape-html.ts";
import { readHtml, readText } from "../../../shared/article/read-article.ts";
import { runs } from "../../support/property-runs.ts";

const sample = new URL("../../../../shared/samples/xi-und-putin.txt", import.meta.url);

function asHtml(text: string): string {
  const [title = "", ...paragraphs] = text.split("\n").filter((line) => line.trim() !== "");
  return [`<h1>${escapeText(title)}</h1>`, ...paragraphs.map((line) => `<p>${escapeText(line)}</p>`)].join("\n");
}

describe("readText", () => {
  test("makes paragraphs, and of a first line that is a title the heading", () => {
    const reading = readText("A title\n\nFirst <line>, & more.\r\nSecond line.");
    expect(reading.html).toBe("<h1>A title</h1>\n<p>First &lt;line&gt;, &amp; more.</p>\n<p>Second line.</p>");
    expect(reading.lines[0]).toEqual({ text: "A title", title: true });
    expect(reading.metadata.title).toEqual({ value: "A title", from: "first line" });
  });

  test.for([
    ["a sentence", "This is a sentence.\nAnd another."],
    ["the only line", "A title"],
    ["boilerplate", "Schreibe einen Kommentar\nText."],
    ["too long", `${"word ".repeat(50)}x\nText.`],
    ["a quoted sentence", "He said: “Go.”\nText."],
    ["the only line with text", "A title\n\n \n"],
    ["nothing", ""],
  ] as const)("%s is no title", ([, text]) => {
    const reading = readText(text);
    expect(Object.keys(reading)).not.toContain("title");
    expect(Object.keys(reading.metadata)).not.toContain("title");
    expect(reading.removed).toEqual([]);
  });

  test.for(["A title", "St. Pauli wins", `${"word ".repeat(49)}words`])("%j is a title", (line) => {
    const reading = readText(`${line}\nText.\n${line}`);
    expect(reading.title).toBe(line);
    expect(reading.lines).toStrictEqual([{ text: line, title: true }, { text: "Text." }, { text: line }]);
  });

  test("says where title and language are from", () => {
    const german = "Die Regierung teilte mit, dass sie das Gesetz nicht vor dem Ende des Jahres ändern wird. ".repeat(
      3,
    );
    expect(readText(german, { title: " A  title " }).metadata).toEqual({
      title: { value: "A title", from: "submission" },
      language: { value: "de", from: "text" },
    });
    expect(readText(german, { language: "fr" }).metadata).toEqual({ language: { value: "fr", from: "submission" } });
  });

  test("a given title is the heading only where it stands there", () => {
    expect(readText("A title\nText.", { title: "A title" }).html).toMatch(/^<h1>/);
    expect(readText("Another line\nText.", { title: "A title" }).html).toMatch(/^<p>/);
  });

  test("gives the lines that readHtml gives for the same text in paragraphs", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 30 }), { minLength: 1, maxLength: 8 }), (lines) => {
        const text = lines.map((line) => line.replaceAll(/[\r\n]/g, " ")).join("\n");
        const html = text
          .split("\n")
          .map((line) => `<p>${escapeText(line)}</p>`)
          .join("");
        expect(readHtml(html).lines.map((line) => line.text)).toEqual(readText(text).lines.map((line) => line.text));
      }),
      { numRuns: runs(1000) },
    );
  });

  test.skipIf(!existsSync(sample))("reads the sample alike from text and from HTML, with its six warnings", () => {
    const text = readFileSync(sample, "utf8");
    const fromText = readText(text);
    const fromHtml = readHtml(asHtml(text));
    expect(fromHtml.lines).toEqual(fromText.lines);
    expect(fromHtml.html).toBe(fromText.html);
    for (const reading of [fromText, fromHtml]) {
      expect(reading.warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
        "mangled-image /lines/1",
        "unbalanced-quotes /lines/1",
        "boilerplate-newsletter /lines/2",
        "editor-bracket /lines/14",
        "boilerplate-tag /lines/17",
        "boilerplate-comments /lines/18",
      ]);
      expect(reading.metadata.language).toEqual({ value: "de", from: "text" });
    }
  });
});
