import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError, problemKinds } from "../../../shared/api/problem.ts";
import { locateJsonFault } from "../../../shared/formats/locate-json-fault.ts";
import { parseJsonText } from "../../../shared/formats/parse-json-text.ts";

function refuse(body: string | Uint8Array) {
  try {
    parseJsonText(typeof body === "string" ? Buffer.from(body) : body);
  } catch (error) {
    if (error instanceof ProblemError) return { status: problemKinds[error.kind].status, detail: error.message };
    throw error;
  }
  throw new Error("The body was accepted.");
}

describe("a fault is named by its place", () => {
  test.each([
    ["no body", "", "it is empty"],
    ["no value", "   ", "it is empty"],
    ["an object cut off", '{"html": "a', "it ends too early, at line 1, column 12"],
    ["an object cut off between lines", '{\n  "html": "a",\n', "it ends too early, at line 3, column 1"],
    ["half a word", "tru", "it ends too early, at line 1, column 4"],
    ["another word", '{"html": nope}', "it goes wrong at line 1, column 11"],
    ["a comma too many", '{"html": "a",}', "it goes wrong at line 1, column 14"],
    ["a comma missing", '{"html": "a"\n "url": "b"}', "it goes wrong at line 2, column 2"],
    ["a bracket of the other kind", '{"tags": ["a"}', "it goes wrong at line 1, column 14"],
    ["no value behind a colon", '{\n"a": 1,\n"b": }', "it goes wrong at line 3, column 6"],
    ["single quotes", "{'html': 'a'}", "it goes wrong at line 1, column 2"],
    ["a comment", '{ // no\n"html": "a"}', "it goes wrong at line 1, column 3"],
    ["a line end in a string", '{"html": "a\nb"}', "it goes wrong at line 1, column 12"],
    ["an escape that is none", '{"html": "\\x"}', "it goes wrong at line 1, column 12"],
    ["two values", '{"html": "a"} {"html": "b"}', "it goes wrong at line 1, column 15"],
    ["NaN", '{"html": NaN}', "it goes wrong at line 1, column 10"],
    ["HTML", "<p>Der Hafen</p>", "it goes wrong at line 1, column 1"],
  ])("%s", (_, body, reason) => {
    expect(refuse(body)).toEqual({ status: 400, detail: `This is not valid JSON: ${reason}.` });
  });

  test("the place is right wherever the fault is, and the words are never the body's own", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 4 }), fc.nat(), (value, indent, at) => {
        const valid = JSON.stringify({ word: "Gänsefüßchen", value }, null, indent);
        const position = at % (valid.length + 1);
        // A control character is allowed nowhere.
        const body = `${valid.slice(0, position)}\u0001${valid.slice(position)}`;
        const inEscape = /\\u?[0-9a-f]{0,3}$/.test(valid.slice(0, position));
        fc.pre(!inEscape);
        expect(locateJsonFault(body)).toBe(position);
        expect(refuse(body).detail).not.toContain("Gänse");
      }),
    );
  });

  test("every beginning of valid JSON only ends too early", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (valid, at) => {
        const beginning = valid.slice(0, at % valid.length);
        expect(locateJsonFault(beginning)).toBe(beginning.length);
      }),
    );
  });

  test("a long text costs no search", () => {
    const body = `[${"[],".repeat(700_000)}nope`;
    expect(refuse(body).detail).toBe("This is not valid JSON: it cannot be parsed.");
  });
});

test("nesting 100,000 deep is read, or refused, but does not break the stack", () => {
  const depth = 100_000;
  const nested = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(Array.isArray(parseJsonText(Buffer.from(nested)))).toBe(true);
  expect(refuse("[".repeat(depth)).status).toBe(400);
  expect(refuse('{"a":'.repeat(depth)).status).toBe(400);
});

describe("encoding", () => {
  const utf8 = Buffer.from('{"title":"Öffnung"}');

  test.each([
    ["UTF-8", utf8],
    ["UTF-8 with a byte order mark", Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), utf8])],
  ])("%s is read", (_, body) => {
    expect(parseJsonText(body)).toEqual({ title: "Öffnung" });
  });

  test.each([
    ["Latin-1", Buffer.from('{"title":"Öffnung"}', "latin1")],
    ["a letter cut in half", Buffer.concat([Buffer.from('{"title":"'), Buffer.of(0xc3), Buffer.from('"}')])],
    ["an overlong form", Buffer.concat([Buffer.from('{"title":"'), Buffer.of(0xc0, 0xaf), Buffer.from('"}')])],
    ["half of a surrogate pair", Buffer.concat([Buffer.from('"'), Buffer.of(0xed, 0xa0, 0x80), Buffer.from('"')])],
  ])("%s is 400", (_, body) => {
    expect(refuse(body)).toEqual({ status: 400, detail: "JSON must be UTF-8, and this is not." });
  });

  test("UTF-16 is 400", () => {
    expect(refuse(Buffer.from(`\ufeff${utf8}`, "utf16le")).status).toBe(400);
  });
});
