import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DiffLine, type DiffPart, diffTexts, diffWords } from "../../../shared/article/diff-texts.ts";
import { diffStyleSource, renderDiff } from "../../../shared/article/render-diff.ts";

const side = (parts: readonly DiffPart[], left: DiffPart["kind"]) =>
  parts
    .filter(({ kind }) => kind === "same" || kind === left)
    .map(({ text }) => text)
    .join("");
const lineSide = (lines: readonly DiffLine[], left: "removed" | "added") =>
  lines
    .filter(({ kind }) => kind !== (left === "removed" ? "added" : "removed"))
    .map(({ parts }) => side(parts, left))
    .join("\n");

/** `-gone-` and `+new+` in a line. */
const draw = (parts: readonly DiffPart[]) =>
  parts.map(({ kind, text }) => ({ same: text, removed: `-${text}-`, added: `+${text}+` })[kind]).join("");

describe("words", () => {
  test.each([
    ["Der Hafen kostet 214 Millionen.", "Der Hafen kostet 241 Millionen.", "Der Hafen kostet -214-+241+ Millionen."],
    ["eins zwei", "eins und zwei", "eins +und +zwei"],
    ["a", "a", "a"],
    ["", "neu", "+neu+"],
    ["港が開いた", "港は開いた", "港-が-+は+開いた"],
    ["naïve", "naive", "-naïve-+naive+"],
  ])("%s → %s", (before, after, expected) => {
    expect(draw(diffWords(before, after))).toBe(expected);
  });
});

describe("lines", () => {
  test("are the same, changed, added or removed", () => {
    const lines = diffTexts("Titel\nerster Satz\nweg damit\nEnde", "Titel\nerster neuer Satz\nEnde\nNachtrag");
    expect(lines.map(({ kind, parts }) => `${kind}: ${draw(parts)}`)).toEqual([
      "same: Titel",
      "changed: erster +neuer +Satz",
      "removed: -weg damit-",
      "same: Ende",
      "added: +Nachtrag+",
    ]);
  });

  test("both sides can be read out of a difference", () => {
    const text = fc.array(fc.constantFrom("a b", "a c", "", "x", "ein Satz.", "ein Wort mehr."), { maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffTexts(before.join("\n"), after.join("\n"));
        if (before.length > 0) expect(lineSide(lines, "removed")).toBe(before.join("\n"));
        if (after.length > 0) expect(lineSide(lines, "added")).toBe(after.join("\n"));
      }),
    );
  });

  test("two long texts that have nothing in common are one that went and one that came", () => {
    const long = (word: string) => Array.from({ length: 50_000 }, (_, n) => `${word} ${n}`).join("\n");
    const lines = diffTexts(long("a"), long("b"));
    expect(lines).toHaveLength(50_000);
    expect(lineSide(lines, "added")).toBe(long("b"));
  });

  test("a single line of megabytes is no problem", () => {
    const lines = diffTexts("ab ".repeat(500_000), "cd ".repeat(500_000));
    expect(lines.map(({ kind }) => kind)).toEqual(["changed"]);
    expect(lines[0]?.parts.map(({ kind }) => kind)).toEqual(["removed", "added"]);
  });
});

describe("the page", () => {
  const page = renderDiff({
    language: 'de"><script>',
    from: "revision 1",
    to: "revision 2",
    title: diffWords("<b>alt</b>", "<b>neu</b>"),
    lines: diffTexts("</main><script>alert(1)</script>", "</main><img src=x onerror=alert(1)>"),
  });

  test("holds text only", () => {
    expect(page).not.toMatch(/<(?:script|img|b)\b/i);
    expect(page).toContain('<html lang="de&quot;&gt;&lt;script&gt;">');
    expect(page).toContain("&lt;<del>");
  });

  test("has the style that its policy allows", () => {
    expect(diffStyleSource).toMatch(/^'sha256-[\w+/]{43}='$/);
    expect(page.match(/<style>/g)).toHaveLength(1);
  });
});
