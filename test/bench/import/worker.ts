import { open, stat } from "node:fs/promises";
import { runImport } from "../../../shared/imports/run-import.ts";
import { makeImport } from "../../support/import-record.ts";
import { openMemoryImports } from "../../support/memory-imports.ts";

/**
 * Works off one file as the function does, with everything but the pipeline behind the items: each counts as created. Prints
 * how many there were, how long it took, and the most memory that the process ever had.
 */
const [path = "", mediaType = "", contentEncoding = ""] = process.argv.slice(2);
const { size: contentLength } = await stat(path);
const file = await open(path);
const imports = openMemoryImports();
const record = makeImport({ mediaType, contentLength, ...(contentEncoding === "gzip" && { contentEncoding }) });
await imports.createImport(record);
const startedAt = performance.now();
await runImport(
  { importId: record.id, messageId: "m", attempt: 1 },
  {
    imports,
    bucket: {
      async readUpload(_id, start, end) {
        const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
        return buffer;
      },
      putFailures: async () => {},
    },
    queue: { sendImport: async () => {} },
    async answerItem(item) {
      if ("problem" in item) throw item.problem;
      const result = { id: String(item.index), outcome: "created" } as never;
      return { index: item.index, status: 201, result };
    },
    onCounted: () => {},
    getArticle: async () => undefined,
    now: () => new Date(),
    makeToken: () => "token",
    remainingMs: () => 3_600_000,
    pause: async () => {},
    limits: { items: 100, bytes: 1024 * 1024, concurrency: 8, minRemainingMs: 0, maxUnpackedBytes: 4 * 1024 ** 3 },
  },
);
await file.close();
const { state, counts, problem } = (await imports.getImport(record.id)) ?? record;
const seconds = (performance.now() - startedAt) / 1000;
const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ state, items: counts.created, problem: problem?.detail, seconds, peakMb }));
