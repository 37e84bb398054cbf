import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface Payload {
  readonly id: string;
  readonly html: string;
}

const ownPayloads = new URL("../fixtures/article/payloads.json", import.meta.url);
const corpus = new URL("../../../shared/corpora/sanitize/payloads.jsonl.gz", import.meta.url);

/** The project's own hostile fragments, and those of a corpus beside the repository where there is one. */
export function loadPayloads(): Payload[] {
  const own: Payload[] = JSON.parse(readFileSync(ownPayloads, "utf8"));
  if (!existsSync(corpus)) return own;
  const lines = gunzipSync(readFileSync(corpus)).toString("utf8").trim().split("\n");
  return [...own, ...lines.map((line): Payload => JSON.parse(line))];
}
