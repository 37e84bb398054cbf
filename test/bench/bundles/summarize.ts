import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundleFunctions } from "../../../infra/bundle-functions.ts";
import { showKilobytes } from "../formats.ts";
import type { Section } from "../section.ts";

/** What is loaded at the start of each function; what a few of them load when they need it lies beside. */
export async function summarize(): Promise<Section> {
  const directory = await bundleFunctions();
  const sizes = readdirSync(directory).map((name) => ({
    name,
    bytes: statSync(join(directory, name, "index.js")).size,
  }));
  const bytesOf = (wanted: string) => sizes.find(({ name }) => name === wanted)?.bytes ?? Number.NaN;
  // Many differ by a kilobyte or two.
  const alike = Map.groupBy(
    sizes.toSorted((one, other) => other.bytes - one.bytes),
    ({ bytes }) => Math.round(bytes / 10_000),
  );
  return {
    title: "Bundles",
    note: "Minified, by operation, to the nearest 10 KB.",
    rows: [
      ["operations", "size"],
      ...[...alike].map(([tens, list]) => [
        list
          .map(({ name }) => name)
          .sort()
          .join(", "),
        showKilobytes(tens * 10_000),
      ]),
    ],
    budgets: [
      { what: "Bundle of a submission", measured: bytesOf("put-submission"), atMost: 700_000, show: showKilobytes },
    ],
  };
}
