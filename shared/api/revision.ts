import * as z from "zod";
import { instant } from "./instant.ts";

export const Revision = z
  .object({
    revision: z.int().min(1),
    acceptedAt: instant,
    title: z.string().optional(),
    contentHash: z.string().optional(),
    raw: z.object({ sha256: z.string(), bytes: z.int(), contentType: z.string() }),
  })
  .meta({ id: "Revision" });

/** What has changed within a line, or in the title: pieces that are the same, gone or new, in reading order. */
const DiffPart = z.object({ kind: z.enum(["same", "removed", "added"]), text: z.string() }).meta({ id: "DiffPart" });

export const RevisionDetail = Revision.extend({
  url: z.string().optional(),
  text: z.string().describe("Plain text, a line for each block"),
}).meta({ id: "RevisionDetail" });

export const RevisionDiff = z
  .object({
    from: Revision,
    to: Revision,
    title: z.array(DiffPart),
    lines: z.array(z.object({ kind: z.enum(["same", "removed", "added", "changed"]), parts: z.array(DiffPart) })),
  })
  .meta({ id: "RevisionDiff" });
