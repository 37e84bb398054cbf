import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../shared/api/problem.ts";
import { openCursor, signCursor } from "../../../shared/sign-cursor.ts";

const position = "2026-11-23T08:00:00.000Z#0123456789abcdef0123456789abcdef";
const cursor = signCursor("secret", "query", position);

function refuses(secret: string, query: string, given: string): boolean {
  try {
    openCursor(secret, query, given);
    return false;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.kind !== "invalid-cursor") throw error;
    return error.errors[0]?.pointer === "query:cursor";
  }
}

test("a cursor gives back its position, whatever that holds", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string({ unit: "grapheme" }), (secret, query, place) => {
      expect(openCursor(secret, query, signCursor(secret, query, place))).toBe(place);
    }),
  );
});

test("a cursor needs no escapes in a URL", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (place) => {
      expect(signCursor("secret", "query", place)).toMatch(/^[\w-]*\.[\w-]{43}$/);
    }),
  );
});

describe("refused", () => {
  const [payload = "", signature = ""] = cursor.split(".");
  const other = signCursor("secret", "query", "2026-11-24");
  test.each([
    ["nothing", ""],
    ["a dot", "."],
    ["no signature", payload],
    ["an empty signature", `${payload}.`],
    ["no payload", `.${signature}`],
    ["a signature cut off", cursor.slice(0, -1)],
    ["a payload cut off", cursor.slice(1)],
    ["something behind it", `${cursor}A`],
    ["a third part", `${cursor}.A`],
    ["an empty third part", `${cursor}.`],
    ["the payload of one and the signature of another", `${payload}.${other.split(".")[1]}`],
    ["the position in plain text", `${position}.${signature}`],
    ["the signature with padding", `${cursor}=`],
    ["spaces around it", ` ${cursor} `],
    ["a signature in other letters", `${payload}.${signature.toUpperCase()}`],
    ["a signature beyond ASCII", `${payload}.${"ä".repeat(43)}`],
  ])("%s", (_, given) => {
    expect(refuses("secret", "query", given)).toBe(true);
  });

  test.each([
    ["of another secret", "Secret", "query"],
    ["of another query", "secret", "query "],
    ["of no query", "secret", ""],
  ])("one %s", (_, secret, query) => {
    expect(refuses(secret, query, cursor)).toBe(true);
  });

  test("one with any character changed", () => {
    for (let at = 0; at < cursor.length; at++) {
      for (const character of ["A", "B", "_", "=", "."]) {
        if (cursor[at] === character) continue;
        const changed = `${cursor.slice(0, at)}${character}${cursor.slice(at + 1)}`;
        expect(refuses("secret", "query", changed), changed).toBe(true);
      }
    }
  });

  test("one whose query and payload are cut apart elsewhere", () => {
    const moved = signCursor("secret", "ab", "c");
    expect(refuses("secret", "a", moved)).toBe(true);
  });
});
