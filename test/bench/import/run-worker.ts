import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

export interface FileKind {
  readonly name: string;
  readonly mediaType: string;
  readonly contentEncoding?: "gzip";
  readonly head: string;
  readonly foot: string;
  readonly separator: string;
  readonly writeItem: (id: number, content: string) => string;
}

const writeJson = (id: number, text: string) => JSON.stringify({ partnerArticleId: `article-${id}`, text });
const ndjson = { mediaType: "application/x-ndjson", head: "", foot: "\n", separator: "\n", writeItem: writeJson };

/** A file of each kind that is streamed. */
export const fileKinds: readonly FileKind[] = [
  { name: "NDJSON", ...ndjson },
  { name: "NDJSON, gzipped", ...ndjson, contentEncoding: "gzip" },
  {
    name: "JSON array",
    mediaType: "application/json",
    head: "[\n",
    foot: "\n]",
    separator: ",\n",
    writeItem: writeJson,
  },
  {
    name: "RSS",
    mediaType: "application/rss+xml",
    head: '<rss version="2.0"><channel><title>Feed</title><link>https://feed.example/</link>\n',
    foot: "</channel></rss>",
    separator: "\n",
    writeItem: (id, content) => `<item><guid>article-${id}</guid><description>${content}</description></item>`,
  },
];

const sentence =
  "Der Stadtrat von Nordwijk hat über den Haushalt beraten und die Vorlage mit großer Mehrheit angenommen. ";

/** Writes a file of about so many bytes, unpacked, and says how many items it has. */
export async function writeFile(path: string, kind: FileKind, bytes: number): Promise<number> {
  const content = sentence.repeat(45);
  let items = 0;
  function* pieces(): Generator<string> {
    yield kind.head;
    for (let written = 0; written < bytes; items++) {
      const piece = (items > 0 ? kind.separator : "") + kind.writeItem(items, content);
      written += Buffer.byteLength(piece);
      yield piece;
    }
    yield kind.foot;
  }
  const packing = kind.contentEncoding === "gzip" ? [createGzip({ level: 1 })] : [];
  await pipeline([Readable.from(pieces()), ...packing, createWriteStream(path)]);
  return items;
}

export interface WorkerReport {
  readonly state: string;
  readonly items: number;
  readonly problem?: string;
  readonly seconds: number;
  /** The most memory that the process ever had, of every kind. */
  readonly peakMb: number;
}

/** Works off a file in a process of its own, which has no more heap than the function has. */
export async function runWorker(path: string, { mediaType, contentEncoding }: FileKind): Promise<WorkerReport> {
  const worker = new URL("worker.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--max-old-space-size=1024", worker, path, mediaType, contentEncoding ?? ""], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(await text(child.stdout));
}
