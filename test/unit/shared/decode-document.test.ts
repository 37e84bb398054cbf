import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeAgain, decodeDocument, UnknownCharsetError } from "../../../shared/article/decode-document.ts";

const latin = (text: string) => Buffer.from(text, "latin1");
const utf8 = (text: string) => Buffer.from(text);
const utf16be = (text: string) => Buffer.from(text, "utf16le").swap16();
const html = { isHtml: true };
const plain = { isHtml: false };

describe("without a warning", () => {
  const cases: [
    name: string,
    bytes: Uint8Array,
    options: Parameters<typeof decodeDocument>[1],
    text: string,
    charset: string,
  ][] = [
    ["nothing declared, ASCII", utf8("Hafen"), plain, "Hafen", "utf-8"],
    ["nothing declared, UTF-8", utf8("Öffnung €"), plain, "Öffnung €", "utf-8"],
    ["nothing at all", utf8(""), plain, "", "utf-8"],
    ["declared UTF-8", utf8("Öffnung"), { ...plain, declared: "UTF-8" }, "Öffnung", "utf-8"],
    ["declared by another label", utf8("Öffnung"), { ...plain, declared: "utf8" }, "Öffnung", "utf-8"],
    [
      "declared Latin-1, which browsers read as windows-1252",
      latin("\x84Öffnung\x93 \x80"),
      { ...plain, declared: "ISO-8859-1" },
      "„Öffnung“ €",
      "windows-1252",
    ],
    ["declared Latin-9", latin("\xa4"), { ...plain, declared: "iso-8859-15" }, "€", "iso-8859-15"],
    ["declared Central European", latin("\xb3\xf3d\xbc"), { ...plain, declared: "iso-8859-2" }, "łódź", "iso-8859-2"],
    ["declared Cyrillic", latin("\xcc\xc8\xd0"), { ...plain, declared: "windows-1251" }, "МИР", "windows-1251"],
    ["declared KOI8-R", latin("\xed\xe9\xf2"), { ...plain, declared: "koi8-r" }, "МИР", "koi8-r"],
    ["declared Shift_JIS", latin("\x93\xfa\x96\x7b"), { ...plain, declared: "shift_jis" }, "日本", "shift_jis"],
    ["declared GB18030", latin("\xd6\xd0\xb9\xfa"), { ...plain, declared: "gb18030" }, "中国", "gb18030"],
    ["declared UTF-16", Buffer.from("Öffnung", "utf16le"), { ...plain, declared: "utf-16" }, "Öffnung", "utf-16le"],
    ["a byte order mark of UTF-8", utf8("\ufeffÖffnung"), plain, "Öffnung", "utf-8"],
    [
      "a byte order mark of UTF-16, little end first",
      Buffer.from("\ufeffÖffnung", "utf16le"),
      plain,
      "Öffnung",
      "utf-16le",
    ],
    ["a byte order mark of UTF-16, big end first", utf16be("\ufeffÖffnung"), plain, "Öffnung", "utf-16be"],
    [
      "a byte order mark against what is declared",
      utf8("\ufeffÖffnung"),
      { ...plain, declared: "windows-1252" },
      "Öffnung",
      "utf-8",
    ],
    ["a byte order mark against a meta", utf8("\ufeff<meta charset=koi8-r>Ö"), html, "<meta charset=koi8-r>Ö", "utf-8"],
    [
      "a meta behind another",
      latin('<meta name=x><meta charset="windows-1251">\xcc'),
      html,
      '<meta name=x><meta charset="windows-1251">М',
      "windows-1251",
    ],
    ["a meta", latin('<meta charset="windows-1251">\xcc'), html, '<meta charset="windows-1251">М', "windows-1251"],
    [
      "a meta in capitals, without quotes",
      latin("<META CHARSET=WINDOWS-1251>\xcc"),
      html,
      "<META CHARSET=WINDOWS-1251>М",
      "windows-1251",
    ],
    [
      "a meta of the old kind",
      latin('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">\xb3'),
      html,
      '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">ł',
      "iso-8859-2",
    ],
    [
      "a meta against what is declared: the declaration counts",
      utf8("<meta charset=koi8-r>Ö"),
      { ...html, declared: "utf-8" },
      "<meta charset=koi8-r>Ö",
      "utf-8",
    ],
    [
      "a meta that says UTF-16, which it cannot be",
      utf8("<meta charset=utf-16>Ö"),
      html,
      "<meta charset=utf-16>Ö",
      "utf-8",
    ],
    [
      "a meta with a charset that nobody knows",
      utf8("<meta charset=klingon>Ö"),
      html,
      "<meta charset=klingon>Ö",
      "utf-8",
    ],
    [
      "a meta in a comment is none",
      utf8("<!-- <meta charset=koi8-r> -->Ö"),
      html,
      "<!-- <meta charset=koi8-r> -->Ö",
      "utf-8",
    ],
    [
      "a meta behind a comment",
      latin('<!-- > --><meta charset="windows-1251">\xcc'),
      html,
      '<!-- > --><meta charset="windows-1251">М',
      "windows-1251",
    ],
    [
      "a meta in a script is none",
      utf8('<script>"<meta charset=koi8-r>"</script>Ö'),
      html,
      '<script>"<meta charset=koi8-r>"</script>Ö',
      "utf-8",
    ],
    [
      "a meta in an attribute is none",
      utf8('<p title="<meta charset=koi8-r>">Ö'),
      html,
      '<p title="<meta charset=koi8-r>">Ö',
      "utf-8",
    ],
    [
      "a description that mentions a charset",
      utf8('<meta name=description content="charset=koi8-r">Ö'),
      html,
      '<meta name=description content="charset=koi8-r">Ö',
      "utf-8",
    ],
    [
      "the first meta with a charset that is known",
      latin("<meta charset=klingon><meta charset=windows-1251>\xcc"),
      html,
      "<meta charset=klingon><meta charset=windows-1251>М",
      "windows-1251",
    ],
    ["a meta in plain text is text", utf8("<meta charset=koi8-r>Ö"), plain, "<meta charset=koi8-r>Ö", "utf-8"],
    [
      "a meta behind 1,024 bytes is too late",
      utf8(`${" ".repeat(1024)}<meta charset=koi8-r>Ö`),
      html,
      `${" ".repeat(1024)}<meta charset=koi8-r>Ö`,
      "utf-8",
    ],
  ];

  test.each(cases)("%s", (_, bytes, options, text, charset) => {
    expect(decodeDocument(bytes, options)).toEqual({ text, charset });
  });
});

describe("with a warning", () => {
  const cases: [
    name: string,
    bytes: Uint8Array,
    options: Parameters<typeof decodeDocument>[1],
    text: string,
    charset: string,
    code: string,
  ][] = [
    ["nothing declared, no UTF-8", latin("\x84Öffnung\x93"), plain, "„Öffnung“", "windows-1252", "encoding-guessed"],
    [
      "nothing declared, one bad byte among good ones",
      Buffer.concat([utf8("Ö"), latin("\xe4")]),
      plain,
      "Ã–ä",
      "windows-1252",
      "encoding-guessed",
    ],
    [
      "declared UTF-8, but Latin-1",
      latin("Öffnung"),
      { ...plain, declared: "utf-8" },
      "\ufffdffnung",
      "utf-8",
      "encoding-mismatch",
    ],
    [
      "declared UTF-8, cut off in a letter",
      utf8("Hä").subarray(0, 2),
      { ...plain, declared: "utf-8" },
      "H\ufffd",
      "utf-8",
      "encoding-mismatch",
    ],
    [
      "a byte order mark that lies",
      Buffer.concat([utf8("\ufeff"), latin("Ö")]),
      plain,
      "\ufffd",
      "utf-8",
      "encoding-mismatch",
    ],
    [
      "a meta that lies",
      latin("<meta charset=utf-8>Ö"),
      html,
      "<meta charset=utf-8>\ufffd",
      "utf-8",
      "encoding-mismatch",
    ],
    [
      "UTF-16 with half a unit",
      Buffer.concat([Buffer.from("\ufeffÖ", "utf16le"), latin("x")]),
      plain,
      "Ö\ufffd",
      "utf-16le",
      "encoding-mismatch",
    ],
    [
      "Shift_JIS cut off",
      latin("\x93\xfa\x96"),
      { ...plain, declared: "shift_jis" },
      "日\ufffd",
      "shift_jis",
      "encoding-mismatch",
    ],
  ];

  test.each(cases)("%s", (_, bytes, options, text, charset, code) => {
    expect(decodeDocument(bytes, options)).toEqual({
      text,
      charset,
      warning: { code, detail: expect.stringMatching(/\.$/) },
    });
  });
});

test.each(["klingon", "", "utf-7", "utf-8,", "x".repeat(1000), "iso-2022-kr"])(
  "the charset %j is unknown",
  (declared) => {
    expect(() => decodeDocument(utf8("x"), { isHtml: true, declared })).toThrow(UnknownCharsetError);
  },
);

test("what was decoded once is decoded again alike, whatever the bytes", () => {
  const declared = fc.constantFrom(undefined, "utf-8", "iso-8859-1", "utf-16", "shift_jis", "koi8-r", "gb18030");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), declared, fc.boolean(), (bytes, label, isHtml) => {
      const { text, charset } = decodeDocument(bytes, { declared: label, isHtml });
      expect(decodeAgain(bytes, charset)).toBe(text);
    }),
  );
});

test("text that is UTF-8 is read as it was written, declared or not", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom(undefined, "utf-8"), (text, declared) => {
      fc.pre(!text.startsWith("\ufeff"));
      expect(decodeDocument(utf8(text), { declared, isHtml: false })).toEqual({ text, charset: "utf-8" });
    }),
  );
});

test.for([
  [0xef, 0xbb, 0x41],
  [0xef, 0x41, 0xbf],
  [0x41, 0xbb, 0xbf],
  [0xfe, 0x41],
  [0x41, 0xff],
  [0xff, 0x41],
  [0x41, 0xfe],
])("part of a byte order mark is none: %j", (bytes) => {
  expect(decodeDocument(Uint8Array.from(bytes), plain)).toMatchObject({
    charset: "windows-1252",
    warning: { code: "encoding-guessed" },
  });
});

test.for([
  ["<div charset=koi8-r>", "utf-8"],
  ["<meta http-equiv=Content-Type content=text/html>", "utf-8"],
  ["<meta http-equiv=Content-Type>", "utf-8"],
  ["<meta http-equiv=refresh content='x; charset=koi8-r'>", "utf-8"],
  ["<meta http-equiv=content-type content='text/html; charset = koi8-r'>", "koi8-r"],
  ["<meta http-equiv=content-type content='x; charset=koi8-r' charset=windows-1251>", "windows-1251"],
] as const)("%s is read as %s", ([markup, charset]) => {
  expect(decodeDocument(utf8(markup), html).charset).toBe(charset);
});
