import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const threats = read("infra/THREATS.md");
const rows = [...threats.matchAll(/^\| (?!tries|---)(.+?) \| (.+?) \| `(test\/[^`]+)`: (.+) \|$/gm)].map((row) => ({
  threat: row[1] ?? "",
  path: row[3] ?? "",
  title: row[4] ?? "",
}));

test("every row of a table names a test", () => {
  const lines = threats.split("\n").filter((line) => /^\| (?!tries)/.test(line));
  expect(rows.length).toBe(lines.length);
  expect(rows.length).toBeGreaterThan(15);
});

test.each(rows)("$threat: $path has its test", ({ path, title }) => {
  expect(existsSync(new URL(`../../${path}`, import.meta.url))).toBe(true);
  const titles = [...read(path).matchAll(/["`]([^"`\n]+)["`],\s*(?:\{[^}]*\},\s*)?(?:async )?\(/g)].map(
    (found) => found[1],
  );
  expect(titles).toContain(title);
});
