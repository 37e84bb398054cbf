import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { OpsError } from "../manage-keys.ts";
import type { Day } from "./day-range.ts";

const DayLine = z.object({ day: z.string(), articles: z.int(), exportedAt: z.iso.datetime() });

/** A day that was exported whole. */
export type ExportedDay = z.infer<typeof DayLine>;

export interface Manifest {
  readonly days: ReadonlyMap<Day, ExportedDay>;
  /** Keeps that a day is done, after its file has got its name. */
  add(day: ExportedDay): Promise<void>;
}

/** Readers of whole directories pass over what begins with an underscore. */
const fileName = "_export.ndjson";

/**
 * Opens what says how far an export into a directory is: a line with what is exported, and one for each day that is done. A
 * line that is torn means that a day is exported again, which does no harm.
 *
 * @param wanted what the files hold, in a few words and values
 * @throws OpsError when something else was exported to that directory
 */
export async function openManifest(directory: string, wanted: Readonly<Record<string, string>>): Promise<Manifest> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, fileName);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const [first, ...lines] = text.split("\n").slice(0, -1).map(parseLine);
  const head = JSON.stringify(wanted);
  if (first === undefined) await writeFile(file, `${head}\n`);
  else if (JSON.stringify(first) !== head) {
    throw new OpsError(
      `${directory} holds another export: ${describe(first as object)}. This one is: ${describe(wanted)}. Choose another directory with --output.`,
    );
  }
  // The rest of a line that was cut off must not become the beginning of the next one.
  if (first !== undefined && !text.endsWith("\n")) await appendFile(file, "\n");
  const days = new Map(lines.flatMap((line) => DayLine.safeParse(line).data ?? []).map((line) => [line.day, line]));
  return {
    days,
    async add(day) {
      days.set(day.day, day);
      await appendFile(file, `${JSON.stringify(day)}\n`);
    },
  };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function describe(options: object): string {
  return Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
