import { describe, expect, test } from "vitest";
import { guessLanguage } from "../../../shared/article/guess-language.ts";
import { isSameLanguage } from "../../../shared/article/is-same-language.ts";
import { readText } from "../../../shared/article/read-article.ts";
import samples from "../../fixtures/language-samples.json" with { type: "json" };

describe("guessLanguage", () => {
  test.for([
    "ar",
    "cs",
    "de",
    "el",
    "en",
    "es",
    "fi",
    "fr",
    "he",
    "hi",
    "hu",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ro",
    "sv",
    "th",
    "tr",
    "zh",
  ] as const)("guesses %s", (language) => {
    expect(guessLanguage(`${samples[language]} ${samples[language]}`)).toBe(language);
  });

  test("guesses Russian and Ukrainian", () => {
    const russian =
      "Правительство сообщило в понедельник, что не будет менять закон до конца года, так как для реформы нет большинства. Это сказал министр в беседе с газетой, и он не был рад, что все это так вышло.";
    const ukrainian =
      "Уряд повідомив у понеділок, що не змінить закон до кінця року, бо для реформи немає більшості. Це сказав міністр у розмові з газетою, і він не був радий, що все це так вийшло для його партії та країни.";
    expect([russian, ukrainian].map(guessLanguage)).toEqual(["ru", "uk"]);
  });

  test.for(["", "Zu kurz.", "12345 ".repeat(100), "xyz abc qrs ".repeat(50)])("does not guess at %j", (text) => {
    expect(guessLanguage(text)).toBeUndefined();
  });

  test.for(["da", "no", "fa", "ur"] as const)("nor at %s, which is too much like another", (language) => {
    expect(guessLanguage(samples[language])).toBeUndefined();
  });

  test.for(Object.entries(samples))(
    "speaks against English for %s, or not at all, and never against what it is",
    ([language, text]) => {
      const isDoubted = (declared: string): boolean =>
        readText(text, { language: declared }).warnings.some(({ code }) => code === "language-mismatch");
      expect(isDoubted(language)).toBe(false);
      expect(isDoubted("en")).toBe(guessLanguage(text) !== undefined && language !== "en");
    },
  );
});

test("regions, scripts and the forms of Norwegian are one language", () => {
  expect(isSameLanguage("de-AT", "de")).toBe(true);
  expect(isSameLanguage("no", "nn")).toBe(true);
  expect(isSameLanguage("de", "nl")).toBe(false);
  expect(isSameLanguage("da", "no")).toBe(false);
});
