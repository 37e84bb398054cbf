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

  test("does not take a text for that of a letter in it", () => {
    const text =
      "в то же время он сказал, что это не так и что все было как всегда, но по делу, а я не был там, где вы были, ";
    expect(guessLanguage(`${text}α`)).toBe("ru");
  });

  test.for(["", "Zu kurz.", "12345 ".repeat(100), "xyz abc qrs ".repeat(50)])("does not guess at %j", (text) => {
    expect(guessLanguage(text)).toBeUndefined();
  });

  const words =
    "der die das und ist nicht ein eine mit von auf für den dem sich auch als wird sind hat im zu bei nach wie";

  test("guesses at no fewer than 25 words or 20 letters", () => {
    expect(guessLanguage(words)).toBe("de");
    expect(guessLanguage(words.slice(0, words.lastIndexOf(" ")))).toBeUndefined();
    expect(guessLanguage("ก".repeat(20))).toBe("th");
    expect(guessLanguage(`${"ก".repeat(19)} 1, 2, 3.`)).toBeUndefined();
  });

  test("needs a common word in every eight, and a clear lead", () => {
    expect(guessLanguage(`und nicht mit ${"xyz ".repeat(21)}xyz`)).toBe("de");
    expect(guessLanguage(`und nicht ${"xyz ".repeat(22)}xyz`)).toBeUndefined();
    // The first of all languages may be the second here.
    expect(guessLanguage(`${"die nicht eine ".repeat(4)}${"the of and they ".repeat(3)}this`)).toBeUndefined();
    // Words that two languages share lead to neither.
    expect(guessLanguage("och det att i en som på av för med den till ".repeat(3))).toBe("sv");
    expect(guessLanguage("og at det i en som på er av for med den til ".repeat(3))).toBeUndefined();
  });

  test("reads the first 700 characters", () => {
    const german = `${words} `.repeat(7).slice(0, 700);
    expect(guessLanguage(german + "the of and to in that it was for ".repeat(100))).toBe("de");
    expect(guessLanguage(german + "ก".repeat(2000))).toBe("de");
  });

  test.for([
    ["ja", "\u3040", "\u30ff"],
    ["ko", "\uac00", "\ud7af"],
    ["th", "\u0e00", "\u0e7f"],
    ["el", "\u0370", "\u03ff"],
    ["he", "\u0590", "\u05ff"],
    ["ar", "\u0600", "\u06ff"],
    ["hi", "\u0900", "\u097f"],
    ["zh", "\u4e00", "\u9fff"],
  ] as const)("tells %s by its letters from %j to %j", ([language, first, last]) => {
    for (const letter of [first, last]) expect(guessLanguage(letter.repeat(20))).toBe(language);
  });

  test.for([
    ["ก", 9, "a", 11, "th"],
    ["ก", 8, "a", 12, undefined],
    ["の", 3, "京", 17, "ja"],
    ["の", 2, "京", 18, "zh"],
    ["ಕ", 20, "", 0, undefined],
  ] as const)("%s %d times with %s %d times is %s", ([one, count, other, otherCount, language]) => {
    expect(guessLanguage(one.repeat(count) + other.repeat(otherCount))).toBe(language);
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
