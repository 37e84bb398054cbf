import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { detectLanguage } from "../../../shared/article/detect-language.ts";
import samples from "../../fixtures/language-samples.json" with { type: "json" };

/** It does not say in which script Chinese is written, and this text in Indonesian could nearly be Malay. */
const except: Readonly<Record<string, string | undefined>> = { "zh-Hant": "zh", id: undefined };

describe("detectLanguage", () => {
  test.for(Object.entries(samples))("tells %s", async ([language, text]) => {
    expect(await detectLanguage(text)).toBe(language in except ? except[language] : language);
  });

  test("the code is one that a submission may declare, also where CLD3 has another", async () => {
    expect(await detectLanguage(samples.he)).toBe("he");
    expect(await detectLanguage(samples.no)).toBe("no");
    const latin =
      "Gorodskoy sovet v ponedelnik reshil zakryt staryy most na dva goda. Raboty oboydutsya dorozhe, chem ";
    expect(
      await detectLanguage(`${latin}planirovalos, skazala mer, a do tekh por avtobusy budut khodit drugoy dorogoy.`),
    ).toBe("ru-Latn");
  });

  test.for([
    ["nothing", ""],
    ["a few words", "Zu kurz."],
    ["the beginning of a sentence", samples.de.slice(0, 90)],
    [
      "figures",
      "Shr 80 cts vs 72 cts\nNet 55,513,000 vs 48,741,000\nRevs 290.9 mln vs 264.2 mln\nShr 3.09 dlrs vs 2.72 dlrs",
    ],
    ["digits", "12345 ".repeat(100)],
    ["addresses", "https://news.example/a ".repeat(30)],
    ["words of no language", "xyz abc qrs ".repeat(50)],
    ["five languages, a sentence each", ["en", "de", "fr", "ru", "fi"].map((tag) => samples[tag as "en"]).join(" ")],
    ["a million times one letter", "a".repeat(1_000_000)],
    ["a million times one Chinese character", "界".repeat(1_000_000)],
    ["emoji", "😀".repeat(100_000)],
    ["half surrogates", "\ud83d".repeat(100_000)],
    ["zero bytes", "\0".repeat(100_000)],
  ] as const)("does not guess at %s", async ([, text]) => {
    expect(await detectLanguage(text)).toBeUndefined();
  });

  test("what is odd in a text does not hide its language", async () => {
    expect(await detectLanguage(`\ud83d${samples.en}\udc00`)).toBe("en");
    expect(await detectLanguage(`😀 ${samples.fi} https://news.example/a 2026-11-23`)).toBe("fi");
    expect(await detectLanguage(`${samples.de} He said: “The work will cost more.”`)).toBe("de");
    expect(await detectLanguage(samples.es.repeat(10_000))).toBe("es");
  });

  test("answers stay the same, however many texts went before and beside", async () => {
    const texts = Object.values(samples);
    const once = await Promise.all(texts.map(detectLanguage));
    for (let round = 0; round < 20; round += 1) expect(await Promise.all(texts.map(detectLanguage))).toEqual(once);
  });

  test("it is loaded only when it is needed; when that fails it says so, and the next call tries again", () => {
    const script = `
      import { registerHooks } from "node:module";
      let loads = 0;
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier === "cld3-asm" && ++loads === 1) throw new Error("it is not there");
          return next(specifier, context);
        },
      });
      const { detectLanguage } = await import(${JSON.stringify(new URL("../../../shared/article/detect-language.ts", import.meta.url))});
      const answers = [await detectLanguage("Zu kurz.") ?? null, loads];
      const text = ${JSON.stringify(samples.de)};
      answers.push(await detectLanguage(text).catch((error) => error.message + " " + error.cause.message));
      answers.push(await detectLanguage(text), loads);
      console.log(JSON.stringify(answers));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(JSON.parse(output)).toEqual([null, 0, "The language detector failed. it is not there", "de", 2]);
  });
});
