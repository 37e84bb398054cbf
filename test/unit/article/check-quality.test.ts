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

  test("language", () => {
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
});
