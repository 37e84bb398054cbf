import { describe, expect, test } from "vitest";
import { type ReadOptions, readHtml, readText } from "../../../shared/article/read-article.ts";

const filler = "The government said on Monday that it would not change the law before the end of the year. ".repeat(4);
const germanFiller =
  "Die Regierung teilte am Montag mit, dass sie das Gesetz nicht vor dem Ende des Jahres ändern wird. ".repeat(4);

function codesOf(text: string, options: ReadOptions = {}): string[] {
  return readText(text, options).warnings.map(({ code }) => code);
}

describe("quality warnings", () => {
  test("none for a sound text", () => {
    expect(codesOf(`A sound title\n${filler}\nHe said: “It's 12" long, ‘or so’.”`)).toEqual([]);
    expect(codesOf(`Ein guter Titel\n${germanFiller}\n„Das ist ‚gut‘“, sagte er. «Bien», »gut«.`)).toEqual([]);
  });

  test.for([
    ["„Das ist gut, sagte er.", "unbalanced-quotes"],
    ["Das ist gut”, sagte er.", "unbalanced-quotes"],
    ['He said "it is good.', "unbalanced-quotes"],
    ["Er sprach « gut, sagte er.", "unbalanced-quotes"],
    ["“This goes on in the next paragraph.", undefined],
    ['The pipe is 12" wide.', undefined],
    ["He said [the president] would come.", "editor-bracket"],
    ["As shown [1] and [sic] and […] and [t]he.", undefined],
    ["FÃ¼r die StraÃŸe.", "mojibake"],
    ["Ein Ã ist noch kein Fehler.", undefined],
    ["Lost: \ufffd.", "replacement-character"],
    ["The text goes on …", "truncated"],
    ["The text goes on. Read more", "truncated"],
    ["The text goes on… [+1234 chars]", "truncated"],
    ["This was translated by Google.", "suspected-machine-translation"],
  ] as const)("%j: %s", ([line, code]) => {
    expect(codesOf(`A title of the article\n${filler}\n${line}`)).toEqual(code === undefined ? [] : [code]);
  });

  test.for([
    ["Sign up for our newsletter", "newsletter"],
    ["Melden Sie sich für unseren Newsletter an", "newsletter"],
    ["Inscrivez-vous à notre lettre d'information", "newsletter"],
    ["Leave a comment", "comments"],
    ["Schreibe einen Kommentar", "comments"],
    ["Laisser un commentaire", "comments"],
    ["12 Kommentare", "comments"],
    ["Share this article", "share"],
    ["Facebook Twitter WhatsApp E-Mail", "share"],
    ["Artikel teilen", "share"],
    ["Follow us on Twitter", "follow"],
    ["ttn-de-58", "tag"],
    ["Tags: politics, economy", "tags"],
    ["Lesen Sie auch: Ein anderer Artikel", "read-more"],
    ["Read more: Another article", "read-more"],
    ["Anzeige", "advertisement"],
    ["a b.jpg3Fsource3Dnext 26fit3Dscale", "mangled-image"],
    ["https://www.example.org/some/page", "bare-url"],
    ["The newsletter of the party was printed in red.", undefined],
    ["Commentators said that the law was wrong.", undefined],
    ["Teilen der Bevölkerung fehlt das Wasser.", undefined],
    ["Anzeigen gegen die Polizei häufen sich.", undefined],
    ["Boeing 737-800", undefined],
    ["COVID-19", undefined],
  ] as const)("boilerplate in %j: %s", ([line, rule]) => {
    const { lines } = readText(`A title\n${filler}\n${line}\n${filler}`);
    expect(lines.at(-2)).toEqual(rule === undefined ? { text: line } : { text: line, boilerplate: rule });
  });

  test.for([
    ["advertisement", `Anzeige${".".repeat(53)}`, `Anzeige${".".repeat(54)}`],
    ["bare-url", `https://${"x".repeat(1992)}`, `https://${"x".repeat(1993)}`],
  ] as const)("%s is of bounded length", ([rule, longest, longer]) => {
    const { lines } = readText(`A title\n${filler}\n${longest}\n${longer}`);
    expect(lines.slice(2)).toStrictEqual([{ text: longest, boilerplate: rule }, { text: longer }]);
  });

  test("boilerplate is told by its kind, ten times each", () => {
    const bar = "Share this article";
    const image = "a b.jpg3Fsource3Dnext 26fit3Dscale";
    const { warnings } = readText(`A title\n${filler}\n${image}${`\n${bar}`.repeat(11)}`);
    expect(warnings).toEqual([
      { code: "mangled-image", detail: `Not part of the text: “${image}”`, pointer: "/lines/2" },
      ...Array.from({ length: 10 }, (_, index) => ({
        code: "boilerplate-share",
        detail: `Not part of the text: “${bar}”`,
        pointer: `/lines/${index + 3}`,
      })),
    ]);
  });

  test("of a line the first 20,000 characters are looked at", () => {
    expect(codesOf(`${"x".repeat(19_999)}\ufffd`)).toEqual(["replacement-character"]);
    expect(codesOf(`${"x".repeat(20_000)}\ufffd`)).toEqual([]);
  });

  test("language", () => {
    // That it reads like another says nothing where it could not read like this one.
    expect(codesOf(germanFiller, { language: "sq" })).toEqual([]);
    expect(codesOf(germanFiller, { language: "en" })).toEqual(["language-mismatch"]);
    expect(codesOf(germanFiller, { language: "de-CH" })).toEqual([]);
    expect(codesOf("Zu kurz.", { language: "en" })).toEqual(["very-short"]);
  });

  test("machine translation needs more than one slip", () => {
    const slip = "Sie würden es nicht akzeptieren und auch nicht akzeptieren.";
    expect(codesOf(`Ein Titel\n${germanFiller}\n${slip}`, { language: "de" })).toEqual([]);
    const more = "Er sagte, the end of the war sei nah, with the help [of the army].";
    expect(codesOf(`Ein Titel\n${germanFiller}\n${slip}\n${more}`, { language: "de" })).toContain(
      "suspected-machine-translation",
    );
  });

  test("capitals", () => {
    expect(codesOf(`GOVERNMENT WILL NOT CHANGE THE LAW\n${filler}`)).toEqual(["all-caps"]);
    expect(codesOf(`A title\n${filler}\nNATO UND EU WARNEN`)).toEqual([]);
  });

  test("dates ahead, by the given clock", () => {
    const page = (date: string): string => `<meta name="date" content="${date}"><h1>A title</h1><p>${filler}</p>`;
    const now = new Date("2026-11-23T12:00:00Z");
    const codes = (date: string): string[] => readHtml(page(date), { now }).warnings.map(({ code }) => code);
    expect(codes("2026-11-23T12:05:00Z")).toEqual([]);
    expect(codes("2026-11-23T12:15:00Z")).toEqual(["date-in-future"]);
    expect(codes("2026-11-23T20:00:00")).toEqual(["date-without-zone"]);
    expect(codes("2027-01-01")).toEqual(["date-in-future"]);
    expect(readHtml(page("2027-01-01")).warnings).toEqual([]);
  });

  test("of each kind no more than ten", () => {
    const { warnings } = readText(`A title\n${filler}${"\nHe said [the man] went.".repeat(50)}`);
    expect(warnings.length).toBe(10);
  });

  test.for([
    ["„Gut“ und „schlecht.", ["A „ has no counterpart: “„Gut“ und „schlecht.”"]],
    ["„a „b“ c.", ["A „ has no counterpart: “„a „b“ c.”"]],
    ["Er sagte „gut” hier.", []],
    ["He said “good” and “bad.", ["A “ has no counterpart: “He said “good” and “bad.”"]],
    ["”Bad.", ["A ” has no counterpart: “”Bad.”"]],
    ["“Good” and bad.”", ["A ” has no counterpart: ““Good” and bad.””"]],
    ["Er sagte «a» und «b.", ["A « has no counterpart: “Er sagte «a» und «b.”"]],
    ["«Offen geht es weiter.", []],
    ["»Offen geht es weiter.", []],
    ['"Open goes on.', []],
    ['He said "a" and "b.', ['A " has no counterpart: “He said "a" and "b.”']],
    ['A pipe of 12" and "x.', []],
    ["[Anmerkung der Redaktion] x", ["An editor's insertion stands in the text: [Anmerkung der Redaktion]"]],
    ["He [a] [a ] [12] [video] [the man] x", ["An editor's insertion stands in the text: [the man]"]],
    ["He [1st] [*] [x*y] [ ] x", []],
    ["â€œGutâ€ sagte er.", ["Read in the wrong encoding; it may mean ““Gut” sagte er.”"]],
    ["Â© 2026 Ã", ["Read in the wrong encoding; it may mean “© 2026 Ã”"]],
    ["The text [...]", ["The text breaks off: “The text [...]”"]],
    ["The end. [+12 chars]", ["The text breaks off: “The end. [+12 chars]”"]],
    ["The text goes on… (read more)", ["The text breaks off: “The text goes on… (read more)”"]],
    ["Weiterlesen", ["The text breaks off: “Weiterlesen”"]],
    ["She reads more", []],
  ] as const)("%j: %j", ([line, details]) => {
    const { warnings } = readText(`A title of the article\n${filler}\n${line}`);
    expect(warnings.map(({ detail }) => detail)).toEqual(details);
    expect(warnings.every(({ pointer }) => pointer === "/lines/2")).toBe(true);
  });

  test("English in brackets is foreign in another language", () => {
    const { warnings } = readText(`Ein Titel\n${germanFiller}\nEr sagte [of the army] nichts.`, { language: "de" });
    expect(warnings.map(({ detail }) => detail)).toEqual([
      "An editor's insertion stands in the text, in another language than the text: [of the army]",
    ]);
    const detailOf = (text: string, language?: string): string | undefined =>
      readText(text, language === undefined ? {} : { language }).warnings.find(({ code }) => code === "editor-bracket")
        ?.detail;
    const inOther = detailOf(`${germanFiller}\nEr sagte [of the army] nichts.`, "en");
    expect(inOther).toBe(warnings[0]?.detail);
    // What is declared counts where the text is too short to tell.
    expect(detailOf("Er sagte [of the army] nichts.", "de")).toBe(inOther);
    expect(detailOf("Er sagte [of the army] nichts.", "en")).toBe(
      "An editor's insertion stands in the text: [of the army]",
    );
    expect(detailOf("Er sagte [ of  the army ] nichts.")).toBe(
      "An editor's insertion stands in the text: [of the army]",
    );
  });

  test.for([
    ["a title", `ALL IN CAPITALS HERE NOW\n${filler}`, "A line is all in capitals.", "/lines/0"],
    [
      "three lines",
      `${filler}\nALL IN CAPITALS HERE NOW\nAND A SECOND LINE OF THEM\nAND A THIRD LINE OF THEM ALL`,
      "3 lines are all in capitals.",
      "/lines/1",
    ],
    [
      "two lines of four",
      `${filler}\n${filler}\nALL IN CAPITALS HERE NOW\nAND A SECOND LINE OF THEM`,
      undefined,
      undefined,
    ],
    [
      "three lines of seven",
      `${`${filler}\n`.repeat(4)}${"ALL IN CAPITALS HERE NOW\n".repeat(3)}`,
      undefined,
      undefined,
    ],
    ["15 letters", `ABCDEFGHIJKLMNO\n${filler}`, "A line is all in capitals.", "/lines/0"],
    ["14 letters", `ABCDEFGHIJKLMN 12 34 56\n${filler}`, undefined, undefined],
    ["nine capitals of ten letters", `ABCDEFGHIJKLMNOPQRab\n${filler}`, "A line is all in capitals.", "/lines/0"],
    [
      "a line that begins in small letters",
      `ordinary words ${"CAPITALS ".repeat(30)}\n${filler}`,
      undefined,
      undefined,
    ],
    [
      "a line that ends in small letters",
      `${"CAPITALS ".repeat(30)} ordinary words\n${filler}`,
      "A line is all in capitals.",
      "/lines/0",
    ],
    [
      "the first 2000 characters",
      `${"A".repeat(2000)}${"b".repeat(2000)}\n${filler}`,
      "A line is all in capitals.",
      "/lines/0",
    ],
    ["fewer", `ABCDEFGHIJKLMNOPQabc\n${filler}`, undefined, undefined],
  ] as const)("capitals in %s", ([, text, detail, pointer]) => {
    const found = readText(text).warnings.find(({ code }) => code === "all-caps");
    expect([found?.detail, found?.pointer]).toEqual([detail, pointer]);
  });

  test("where a text breaks off is seen behind its boilerplate, and in a link to the rest", () => {
    const cut = `${"word ".repeat(30)}goes on …`;
    const { warnings } = readText(`A title\n${filler}\n${cut}\nShare this article`);
    expect(warnings.filter(({ code }) => code === "truncated")).toEqual([
      { code: "truncated", detail: `The text breaks off: “${cut.slice(-70)}”`, pointer: "/lines/2" },
    ]);
    expect(readText(`A title\n${filler}\nRead more`).warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(
      ["boilerplate-read-more /lines/2", "truncated /lines/2"],
    );
    expect(codesOf("")).toEqual(["very-short"]);
  });

  test("a text of less than 200 characters, title and boilerplate aside, is short", () => {
    expect(readText(`A title\n${"x".repeat(199)}\nShare this article`).warnings[1]).toEqual({
      code: "very-short",
      detail: "The text has 199 characters.",
    });
    expect(codesOf(`A title\n${"x".repeat(200)}`)).toEqual([]);
  });

  test.for([
    ["Maschinell übersetzt", "“maschinell übersetzt”"],
    ["Traduit automatiquement", "“traduit automatiquement”"],
    ["This text was Machine-translated.", "“machine-translated”"],
    ["Машинный перевод", "“машинный перевод”"],
    [
      "Er sagte in the house. [of the] Sie gehen weg und gehen weg.",
      "“in the house”, “[of the]”, “gehen weg und gehen weg”",
    ],
    ["Er sagte in the house und of the people und with the help.", undefined],
    ["Sie kommen und auch kommen werden und auch kommen werden.", undefined],
  ] as const)("signs of a translating machine in %j: %s", ([line, signs]) => {
    const { warnings } = readText(`Ein Titel\n${germanFiller}\n${line}`, { language: "de" });
    const found = warnings.find(({ code }) => code === "suspected-machine-translation");
    expect(found?.detail).toBe(signs && `Signs of it: ${signs}.`);
  });

  test("long texts are searched for such signs at both ends", () => {
    const admission = "Maschinell übersetzt";
    const many = `${germanFiller}\n`.repeat(10);
    const codes = (text: string): string[] => codesOf(text, { language: "de" });
    expect(codes(`${admission}\n${many}`)).toContain("suspected-machine-translation");
    expect(codes(`${many}${admission}`)).toContain("suspected-machine-translation");
    expect(codes(`${many}${admission}\n${many}`)).not.toContain("suspected-machine-translation");
  });

  test("a time without a zone is read alike on every machine", () => {
    const now = new Date("2026-11-23T12:00:00Z");
    const before = process.env["TZ"];
    try {
      process.env["TZ"] = "America/New_York";
      const codes = (date: string): string[] =>
        readHtml(`<meta name="date" content="${date}"><p>${filler}</p>`, { now }).warnings.map(({ code }) => code);
      expect(codes("2026-11-24T02:00:00")).toEqual(["date-without-zone"]);
      expect(codes("2026-11-24T02:00:01")).toEqual(["date-without-zone", "date-in-future"]);
      expect(codes("2026-11-23T13:10:00+01:00")).toEqual([]);
      expect(codes("2026-11-23T13:10:01+01:00")).toEqual(["date-in-future"]);
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  });

  test("dates ahead are told with the place that says so", () => {
    const now = new Date("2026-11-23T12:00:00Z");
    const page = `<meta property="article:modified_time" content="2026-11-24T02:00:01"><p>${filler}</p>`;
    expect(readHtml(page, { now }).warnings).toContainEqual({
      code: "date-in-future",
      detail: "article:modified_time says 2026-11-24T02:00:01.",
      pointer: "/metadata/modifiedAt",
    });
    const allowed = page.replace("02:00:01", "02:00:00");
    expect(readHtml(allowed, { now }).warnings.map(({ code }) => code)).toEqual(["date-without-zone"]);
  });
});
