import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unwrapLines } from "../../../shared/article/unwrap-lines.ts";

const paragraphs = [
  "Nach drei Jahren Bauzeit ist der Hafen von Nordwijk am Montag wieder für große Schiffe geöffnet worden, teilte die Hafenmeisterin mit.",
  "Der Umbau kostete 214 Millionen Euro. Das sind 30 Millionen mehr als geplant, weil im Schlick zwei Wracks lagen, die niemand kannte.",
  "Fischer hatten gegen die Vertiefung der Fahrrinne geklagt; das Verwaltungsgericht wies ihre Klage ab.",
];

/** Fills lines up to a column, as a mail program does. */
function wrap(paragraph: string, column: number): string {
  const lines: string[] = [];
  for (const word of paragraph.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= column) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

test("whatever the column, the paragraphs are the same", () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 100 }), (column) => {
      const wrapped = paragraphs.map((paragraph) => wrap(paragraph, column)).join("\n\n");
      expect(unwrapLines(wrapped.split("\n")).filter((line) => line !== "")).toEqual(paragraphs);
    }),
  );
});

describe("stays as it is", () => {
  test.each([
    ["a paragraph a line", paragraphs.join("\n")],
    [
      "a poem",
      "Der Mond ist aufgegangen,\ndie goldnen Sternlein prangen\nam Himmel hell und klar;\nder Wald steht schwarz und schweiget,\nund aus den Wiesen steiget\nder weiße Nebel wunderbar.",
    ],
    ["a list", "Es kommen:\n- Ilse Brandt, Hafenmeisterin von Nordwijk\n- Jan Vos\n- der Chor der Seefahrtschule"],
    ["nothing", ""],
    ["a line", "Nur eine Zeile"],
  ])("%s", (_name, text) => {
    expect(unwrapLines(text.split("\n"))).toEqual(text.split("\n"));
  });
});

test("a million short lines take no time that grows faster than they do", () => {
  expect(unwrapLines(Array.from({ length: 1_000_000 }, () => "kurz"))).toHaveLength(1_000_000);
});
