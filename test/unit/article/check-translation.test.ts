import { describe, expect, test } from "vitest";
import { checkTranslation } from "../../../shared/article/check-translation.ts";

/** What is taken for a sign of it, in order. */
const signsOf = (lines: readonly string[], language: string | undefined = "de"): string[] =>
  checkTranslation(lines, language).flatMap(({ detail }) =>
    [...detail.matchAll(/“(.*?)”/gs)].map(([, sign = ""]) => sign),
  );

const admission = "maschinell übersetzt";

test("an admission is enough, words like it are not", () => {
  expect(checkTranslation([`Dieser Text wurde ${admission}.`], undefined)).toEqual([
    { code: "suspected-machine-translation", detail: "Signs of it: “maschinell übersetzt”." },
  ]);
  expect(checkTranslation(["Er übersetzt Bücher."], "de")).toEqual([]);
});

describe("of a text", () => {
  test.for([
    ["the lines within its first 1000 characters", ["x".repeat(999), admission, "y".repeat(1000)], true],
    ["the lines within its last 1000 characters", ["x".repeat(1000), admission, "y".repeat(999)], true],
    ["not those between", ["x".repeat(1000), admission, "y".repeat(1000)], false],
    ["the last of two lines", ["x".repeat(1000), admission], true],
    ["2000 characters of a line at its beginning", [`${"x".repeat(1980)}${admission}`], true],
    ["no more of it", [`${"x".repeat(1981)}${admission}`], false],
    ["2000 characters of a line at its end", ["x".repeat(1000), `${admission}${"y".repeat(1980)}`], true],
    ["no more of that", ["x".repeat(1000), `${admission}${"y".repeat(1981)}`], false],
    ["nothing where there is nothing", [], false],
  ] as const)("is looked at: %s", ([, lines, isFound]) => {
    expect(signsOf(lines)).toEqual(isFound ? [admission] : []);
  });

  test("the signs are told in their order", () => {
    const lines = ["x".repeat(1000), "Er sagte in the house", "und of the people", "sie gehen weg und gehen weg."];
    expect(signsOf(lines)).toEqual(["in the house", "of the people", "gehen weg und gehen weg"]);
  });
});

describe("a clause joined with itself", () => {
  /** Beside two English phrases any other sign is enough. */
  const doubled = (text: string, language?: string): string[] =>
    signsOf([text, "Er sagte in the house, of the people und with the help."], language).slice(2);

  test.for([
    ["Sie gehen weg und gehen weg.", ["gehen weg und gehen weg"]],
    ["Sie gehen weg und gehen wegen ihm.", []],
    ["Es liegt an allem und an allem.", ["an allem und an allem"]],
    ["Es liegt an alle und an alle.", []],
    [
      "Er zählt eins zwei drei vier und auch eins zwei drei vier.",
      ["eins zwei drei vier und auch eins zwei drei vier"],
    ],
    ["Er zählt null eins zwei drei vier und null eins zwei drei vier.", []],
    ["Er ging durch und durch.", []],
    [
      "Sie gehen weg und gehen weg, kommen bald und kommen bald, bleiben da und bleiben da.",
      ["gehen weg und gehen weg", "kommen bald und kommen bald"],
    ],
  ] as const)("in %j: %j", ([text, signs]) => {
    expect(doubled(text)).toEqual(signs);
  });

  test("is not enough, nor is it with phrases that are English in an English text", () => {
    const lines = ["Sie gehen weg und gehen weg, kommen bald und kommen bald, bleiben da und bleiben da."];
    expect(signsOf(lines)).toEqual([]);
    const english = [...lines, "He said in the house, of the people [of the army]."];
    expect(signsOf(english, "en")).toEqual([]);
    expect(checkTranslation(english, undefined)).toEqual([]);
    expect(signsOf(english, "de").length).toBe(5);
  });
});
