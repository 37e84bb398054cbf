import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Effort, Section, Summarize } from "./section.ts";
import { describeRun, drawGrowth, replaceReport, writeReport } from "./write-report.ts";

/** In the order of the report. */
const parts = ["init", "bundles", "ingest", "sanitize", "dedup", "requests", "query"] as const;

const projectReadme = new URL("../../README.md", import.meta.url).pathname;

/**
 * Runs every part, and writes the tables into the README and the plot beside this file. A quick run leaves both alone, since
 * what it measures is worth nothing.
 *
 * @param options.readme another document to write into, and with it the plot into its directory
 */
export async function runWhole({ isQuick, readme }: Effort & { readonly readme: string | undefined }): Promise<void> {
  const where = describeRun(new Date());
  const sections: Section[] = [];
  for (const part of parts) {
    const since = Date.now();
    const { summarize }: { summarize: Summarize } = await import(`./${part}/summarize.ts`);
    sections.push(await summarize({ isQuick }));
    console.error(`${part}: ${Math.round((Date.now() - since) / 1000)} s`);
  }
  const report = writeReport(sections, where);
  console.log(report);
  if (isQuick && readme === undefined) return;
  const document = readme ?? projectReadme;
  writeFileSync(document, replaceReport(readFileSync(document, "utf8"), report));
  writeFileSync(
    readme === undefined ? join(import.meta.dirname, "growth.svg") : join(dirname(readme), "growth.svg"),
    drawGrowth(sections),
  );
}
