import * as z from "zod";
import { instant } from "./instant.ts";
import { OutcomeCounts } from "./item-answer.ts";
import { Problem } from "./problem-document.ts";

/** Limits of an import. */
export const importLimits = {
  /** As uploaded: a gigabyte. */
  maxBytes: 1024 ** 3,
  /** After unpacking gzip. */
  maxUnpackedBytes: 4 * 1024 ** 3,
  /** For so long the address of the upload works. */
  uploadSeconds: 3600,
  /** For so long the file, its failures and the import itself can be asked for. */
  keptDays: 30,
  /** What is refused or deferred past this is counted, and not kept. */
  maxKeptFailures: 10_000,
  /** Of an item that failed, this many bytes are given back; larger ones are named by their place. */
  maxKeptItemBytes: 256 * 1024,
} as const;

export const ImportId = z.string().regex(/^[0-9a-f]{32}$/, "must be an import ID: 32 hexadecimal digits");

/** What a partner says of the file that it is going to upload. */
export const ImportRequest = z
  .strictObject({
    contentType: z
      .string()
      .max(200)
      .describe("Of the file, unpacked")
      .meta({ examples: ["application/x-ndjson", "application/rss+xml; charset=utf-8"] }),
    contentEncoding: z.enum(["gzip"], "must be gzip, or be left out").optional(),
    contentLength: z
      .int()
      .min(1, "must be at least 1: an empty file has nothing to import")
      .max(importLimits.maxBytes, { error: () => `must be at most ${importLimits.maxBytes.toLocaleString("en")}` })
      .describe("Bytes of the file as it is uploaded, exactly"),
  })
  .meta({ id: "ImportRequest" });
export type ImportRequest = z.infer<typeof ImportRequest>;

const count = z.int().min(0);

const ImportState = z
  .enum(["awaiting-upload", "expired", "running", "parked", "completed", "failed"])
  .describe(
    "`expired`: nothing was uploaded in time. `parked`: we have trouble and look at it; it will go on where it stopped, and take in then the items that failed with 500. `failed`: `problem` says why the rest of the file cannot be read",
  );

/** An import and how far it is. */
export const Import = z
  .object({
    id: ImportId,
    state: ImportState,
    contentType: z.string(),
    contentEncoding: z.string().optional(),
    contentLength: z.int(),
    createdAt: instant,
    startedAt: instant.optional(),
    finishedAt: instant.optional(),
    position: z.object({
      items: count.describe("Worked off, whatever their outcome"),
      bytes: count.describe("Of the unpacked file, up to where it was read"),
    }),
    counts: OutcomeCounts,
    failures: z
      .object({ kept: count.describe("The first 10,000"), href: z.string() })
      .optional()
      .describe(
        "Where to get what was refused or deferred; absent when nothing was. Until the import is finished, what is deferred is still to be taken in by us: its place goes from here when it is",
      ),
    problem: Problem.optional().describe("Of the file as a whole"),
  })
  .meta({ id: "Import" });
export type Import = z.infer<typeof Import>;

/** A new import, and how to upload its file. */
export const NewImport = Import.extend({
  upload: z.object({
    method: z.literal("PUT"),
    url: z.string(),
    headers: z.record(z.string(), z.string()).describe("All of them are to be sent as they stand here"),
    expiresAt: instant.describe("The upload has to begin before"),
  }),
}).meta({ id: "NewImport" });
export type NewImport = z.infer<typeof NewImport>;
