import { readFileSync } from "node:fs";

/** What Stryker writes, as far as it matters here. */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

// Says of which files more mutants survive than the tables of SURVIVORS.md explain, and ends with 1 then.
const { files }: Report = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const explained = readFileSync(new URL("SURVIVORS.md", import.meta.url), "utf8");
const rows = [...explained.matchAll(/^\| `([^`]+)` \|[^|]*\| (\d+) \|/gm)];
for (const [file, { mutants }] of Object.entries(files)) {
  const left = mutants.filter(({ status }) => status === "Survived" || status === "NoCoverage").length;
  const most = rows.reduce((sum, [, name, count]) => sum + (file.endsWith(`/${name}`) ? Number(count) : 0), 0);
  if (left <= most) continue;
  process.stdout.write(`${file}: ${left} mutants survive, and ${most} are explained in test/mutate/SURVIVORS.md.\n`);
  process.exitCode = 1;
}
