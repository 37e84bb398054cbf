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

test.each<[name: string, lines: string[], isJoined: boolean]>([
  ["of 40 characters at the widest", ["a".repeat(40), "b"], true],
  ["of 39", ["a".repeat(39), "b"], false],
  ["of 100", ["a".repeat(100), "b"], true],
  ["of 101", ["a".repeat(101), "b"], false],
  ["before a word that would have fit", ["a".repeat(48), "b", "c".repeat(50)], false],
  ["before one that would not have fit by a character", ["a".repeat(49), "b", "c".repeat(50)], true],
  ["before a line that is set in", ["a".repeat(50), "  b"], false],
  [
    "of which four of five are forced",
    [..."aaaa"].map((letter) => letter.repeat(50)).concat("b".repeat(10), "c"),
    true,
  ],
])("a break in lines %s", (_name, lines, isJoined) => {
  expect(unwrapLines(lines).length < lines.length).toBe(isJoined);
});

test("spaces at the end of a line are none", () => {
  expect(unwrapLines(["a  ", " b"])).toEqual(["a", " b"]);
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
