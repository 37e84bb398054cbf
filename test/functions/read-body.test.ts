import { execFileSync } from "node:child_process";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readBody } from "../../functions/http/read-body.ts";
import { ProblemError, problemKinds } from "../../shared/api/problem.ts";
import { submissionLimits } from "../../shared/api/submission.ts";
import { makeEvent } from "../support/make-event.ts";

const accepted = ["application/json", "text/html", "text/plain"];

function read(body: string | Uint8Array | undefined, headers: Record<string, string>) {
  return readBody(makeEvent({ method: "POST", headers, ...(body !== undefined && { body }) }), accepted);
}

/** The problem that a read ends in, as far as a partner sees it. */
function refuse(body: string | Uint8Array | undefined, headers: Record<string, string>) {
  try {
    read(body, headers);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { kind, message, errors } = error;
    return {
      status: problemKinds[kind].status,
      kind,
      detail: message,
      pointer: errors[0]?.pointer,
      headers: error.headers,
    };
  }
  throw new Error("The body was accepted.");
}

describe("Content-Type", () => {
  test.each([
    ["text/html", "text/html", undefined],
    ["TEXT/HTML", "text/html", undefined],
    ["text/html; charset=utf-8", "text/html", "utf-8"],
    ["Text/Html;CHARSET=ISO-8859-1", "text/html", "ISO-8859-1"],
    ['text/plain ; charset="windows-1252" ; format=flowed', "text/plain", "windows-1252"],
    ["application/json;charset=UTF-8", "application/json", "UTF-8"],
  ])("%j", (header, mediaType, charset) => {
    expect(read("x", { "Content-Type": header })).toMatchObject({ mediaType, charset });
  });

  test.each([
    [undefined, "There is no Content-Type"],
    ["", " is not known here"],
    ["text", "text is not known here"],
    ["text/htm", "text/htm is not known here"],
    ["text/html, text/plain", "text/html, text/plain is not known here"],
    ["multipart/form-data; boundary=x", "multipart/form-data; boundary=x is not known here"],
    ["application/json+ld", "application/json+ld is not known here"],
  ])("%j is 415, and Accept says what would do", (header, words) => {
    expect(refuse("x", header === undefined ? {} : { "Content-Type": header })).toEqual({
      status: 415,
      kind: "unsupported-media-type",
      detail: `${words}. Send application/json, text/html, text/plain.`,
      pointer: "header:Content-Type",
      headers: { Accept: "application/json, text/html, text/plain" },
    });
  });
});

describe("Content-Encoding", () => {
  const plain = { "Content-Type": "text/plain" };
  const text = "Der Hafen öffnet wieder. ".repeat(50);

  test.each([
    ["absent", undefined, Buffer.from(text)],
    ["identity", "identity", Buffer.from(text)],
    ["empty", "", Buffer.from(text)],
    ["gzip", "gzip", gzipSync(text)],
    ["gzip in capitals, with spaces", " GZIP ", gzipSync(text)],
    ["x-gzip", "x-gzip", gzipSync(text)],
    ["gzip in two members", "gzip", Buffer.concat([gzipSync(text.slice(0, 100)), gzipSync(text.slice(100))])],
  ])("%s", (_, coding, body) => {
    const headers = { ...plain, ...(coding !== undefined && { "Content-Encoding": coding }) };
    expect(Buffer.from(read(body, headers).bytes).toString()).toBe(text);
  });

  test("without it, bytes that look like gzip stay as they are", () => {
    const body = gzipSync(text);
    expect(Buffer.from(read(body, plain).bytes)).toEqual(body);
  });

  test.each(["br", "deflate", "zstd", "compress", "gzip, gzip", "gzip, br", "identity;q=1"])(
    "%s is 415, and Accept-Encoding says what would do",
    (coding) => {
      expect(refuse("x", { ...plain, "Content-Encoding": coding })).toEqual({
        status: 415,
        kind: "unsupported-media-type",
        detail: `Content-Encoding ${coding} is not known here. Send gzip, or nothing.`,
        pointer: "header:Content-Encoding",
        headers: { "Accept-Encoding": "gzip" },
      });
    },
  );

  const packed = gzipSync(text);
  const flipped = Buffer.from(packed);
  flipped[packed.length - 6] = (flipped[packed.length - 6] ?? 0) ^ 1;
  const invalid: [name: string, body: Uint8Array | undefined][] = [
    ["no body", undefined],
    ["one byte", packed.subarray(0, 1)],
    ["a header without a body", packed.subarray(0, 10)],
    ["cut off in the middle", packed.subarray(0, packed.length / 2)],
    ["cut off before its checksum", packed.subarray(0, -8)],
    ["cut off by one byte", packed.subarray(0, -1)],
    ["a wrong checksum", flipped],
    ["text", Buffer.from(text)],
    ["garbage behind it", Buffer.concat([packed, Buffer.from("garbage")])],
    ["half a second member behind it", Buffer.concat([packed, packed.subarray(0, 30)])],
  ];

  test.each(invalid)("gzip, but %s: 400", (_, body) => {
    const refusal = refuse(body, { ...plain, "Content-Encoding": "gzip" });
    expect(refusal).toMatchObject({ status: 400, kind: "malformed-encoding", pointer: "header:Content-Encoding" });
    expect(refusal.detail).toMatch(/^The body is not valid gzip: /);
    expect(refusal.detail).not.toContain("Hafen");
  });
});

describe("limits", () => {
  const { maxBodyBytes, maxUnpackedBytes } = submissionLimits;
  const plain = { "Content-Type": "text/plain" };
  const gzip = { ...plain, "Content-Encoding": "gzip" };
  const zeros = (bytes: number) => Buffer.alloc(bytes);
  /** Gzip of a given size that says next to nothing: a stored name in its header makes up for the rest. */
  const pad = (bytes: number) => {
    const empty = gzipSync("a");
    const head = Buffer.from(empty.subarray(0, 10));
    head[3] = 8;
    return Buffer.concat([head, Buffer.alloc(bytes - empty.length - 1, "n"), Buffer.of(0), empty.subarray(10)]);
  };

  test.each([
    ["4 MB as received", zeros(maxBodyBytes), plain, maxBodyBytes],
    ["4 MB of text of two bytes a letter", "ö".repeat(maxBodyBytes / 2), plain, maxBodyBytes],
    ["4 MB of gzip", pad(maxBodyBytes), gzip, 1],
    ["8 MB unpacked", gzipSync(zeros(maxUnpackedBytes)), gzip, maxUnpackedBytes],
  ])("%s are taken", (_, body, headers, expected) => {
    expect(read(body, headers).bytes.byteLength).toBe(expected);
  });

  test.each([
    [
      "one more than 4 MB as received",
      zeros(maxBodyBytes + 1),
      plain,
      "The body has 4,194,305 bytes; the limit is 4,194,304.",
    ],
    [
      "4 MB and a letter of two bytes",
      `${"ö".repeat(maxBodyBytes / 2)}ö`,
      plain,
      "The body has 4,194,306 bytes; the limit is 4,194,304.",
    ],
    [
      "one more than 4 MB of gzip",
      pad(maxBodyBytes + 1),
      gzip,
      "The body has 4,194,305 bytes; the limit is 4,194,304.",
    ],
    [
      "one more than 8 MB unpacked",
      gzipSync(zeros(maxUnpackedBytes + 1)),
      gzip,
      "The unpacked body is larger; the limit is 8,388,608.",
    ],
  ])("%s: 413", (_, body, headers, detail) => {
    expect(refuse(body, headers)).toMatchObject({ status: 413, kind: "body-too-large", detail });
  });
});

describe("a gzip bomb goes out before it has cost memory", () => {
  const moduleUrl = new URL("../../functions/http/read-body.ts", import.meta.url).href;
  const bombs = {
    // A thousand members of 1 MB each.
    "1 GB in members": "Buffer.concat(Array(1024).fill(gzipSync(Buffer.alloc(2 ** 20))))",
    // As a bomb usually comes: one stream, written piece by piece.
    "1 GB in one stream": `await new Promise((done) => {
      const packer = createGzip({ level: 9 });
      const pieces = [];
      packer.on("data", (piece) => pieces.push(piece)).on("end", () => done(Buffer.concat(pieces)));
      const zeros = Buffer.alloc(2 ** 20);
      let left = 1024;
      const write = () => { while (left-- > 0) if (!packer.write(zeros)) return packer.once("drain", write); packer.end(); };
      write();
    })`,
  };

  /** Unpacks in a process of its own; tells the bomb's size, what came of it, and by how many MB memory grew at its peak. */
  function measure(bomb: string, unpack: string) {
    const script = `
      import { createGzip, gunzipSync, gzipSync } from "node:zlib";
      const { readBody } = await import(${JSON.stringify(moduleUrl)});
      const packed = ${bomb};
      const headers = { "content-type": "text/plain", "content-encoding": "gzip" };
      const event = { headers, body: packed.toString("base64"), isBase64Encoded: true };
      const peak = () => process.resourceUsage().maxRSS / 1024;
      const before = peak();
      let outcome = "accepted";
      try { ${unpack} } catch (error) { outcome = error.kind ?? error.message; }
      console.log(JSON.stringify({ bytes: packed.length, outcome, grownMb: Math.round(peak() - before) }));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    return JSON.parse(output) as { bytes: number; outcome: string; grownMb: number };
  }

  test.each(Object.entries(bombs))("%s", (_, bomb) => {
    const { bytes, outcome, grownMb } = measure(bomb, "readBody(event, ['text/plain'])");
    expect(bytes).toBeLessThan(submissionLimits.maxBodyBytes);
    expect(outcome).toBe("body-too-large");
    // Twice what a body may have: the pieces, and their whole.
    expect(grownMb).toBeLessThan(48);
  });

  test("and the measure would show it", () => {
    const { grownMb } = measure(bombs["1 GB in members"], "gunzipSync(packed, { maxOutputLength: 2 ** 27 })");
    expect(grownMb).toBeGreaterThan(96);
  });
});
