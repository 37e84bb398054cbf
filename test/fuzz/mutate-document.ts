import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { harbourHtml, harbourText, hostileHtml } from "../fixtures/articles.ts";
import type { Random } from "../support/random.ts";
import { oddStrings } from "./generate-value.ts";

export interface RealDocument {
  readonly contentType: string;
  readonly bytes: Buffer;
}

const typesByEnding: Readonly<Record<string, string>> = {
  html: "text/html",
  txt: "text/plain",
  ndjson: "application/x-ndjson",
  xml: "application/xml",
  json: "application/json",
};

const payloads = new URL("../fixtures/article/payloads.json", import.meta.url);
const formats = new URL("../fixtures/formats/", import.meta.url);
/** More documents lie here on the machines of those who develop the sanitizer. */
const corpus = new URL("../../../shared/corpora/sanitize/payloads.jsonl.gz", import.meta.url);

/** Documents as partners send them: the fixtures of every format, articles, and hostile HTML. */
export function loadDocuments(): readonly RealDocument[] {
  const ofFormats = readdirSync(formats).map((name) => ({
    contentType: typesByEnding[name.split(".").at(-1) ?? ""] ?? "application/json",
    bytes: readFileSync(new URL(name, formats)),
  }));
  const html = [harbourHtml, hostileHtml, ...readPayloads()].map((text) => ({
    contentType: "text/html",
    bytes: Buffer.from(text),
  }));
  return [...ofFormats, ...ofFormats, ...html, { contentType: "text/plain", bytes: Buffer.from(harbourText) }];
}

function readPayloads(): string[] {
  const own: string[] = JSON.parse(readFileSync(payloads, "utf8")).map(({ html }: { html: string }) => html);
  if (!existsSync(corpus)) return own;
  const lines = gunzipSync(readFileSync(corpus)).toString().trimEnd().split("\n");
  return [...own, ...lines.map((line): string => JSON.parse(line).html)];
}

/** Things that stand in documents and mean something to a parser. */
const tokens = [
  "<",
  ">",
  "</",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "<?xml",
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  "&a;",
  "&#0;",
  "&#xD800;",
  "<script>",
  "<style>",
  "<template>",
  "<table>",
  "<svg>",
  "<math>",
  "<plaintext>",
  "<pre>\n",
  "<textarea>",
  "{",
  "}",
  "[",
  "]",
  '"',
  "\\",
  "\\u0000",
  "\\ud800",
  ",",
  ":",
  "\n",
  "\r",
  "\u2028",
  "1e999",
  "null",
  "\ufffe",
  "<rss>",
  "<item>",
]; // prettier-ignore

/** A document with some of its bytes lost, doubled, moved or replaced, as careless programs and lines leave them. */
export function mutateDocument(document: RealDocument, others: readonly RealDocument[], random: Random): Buffer {
  let { bytes } = document;
  for (let left = random.below(6); left > 0; left--) {
    const at = random.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + 1 + random.below(random.chance(0.8) ? 20 : 2000));
    const slice = bytes.subarray(at, end);
    const other = random.pick(others).bytes;
    const begin = random.below(other.length + 1);
    const change = random.pick<() => Buffer>([
      () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]),
      () => Buffer.concat([bytes.subarray(0, end), slice, bytes.subarray(end)]),
      () => Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(tokens)), bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(oddStrings)), bytes.subarray(end)]),
      () => Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at + 1)]),
      () => Buffer.concat([bytes.subarray(0, at), other.subarray(begin, begin + 500), bytes.subarray(at)]),
      () => Buffer.concat([bytes.subarray(0, at), Buffer.concat(Array(40).fill(slice)), bytes.subarray(at)]),
      () => bytes.subarray(0, at),
    ]);
    bytes = change();
  }
  return bytes;
}
