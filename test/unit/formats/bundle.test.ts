import { buildSync } from "esbuild";
import { describe, expect, test } from "vitest";

/** Everything that a file of `shared/formats` brings into a bundle, as paths and names of packages. */
function listInputs(file: string): string[] {
  const { metafile } = buildSync({
    absWorkingDir: new URL("../../../", import.meta.url).pathname,
    entryPoints: [`shared/formats/${file}`],
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    write: false,
    metafile: true,
  });
  const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...Object.keys(metafile.inputs), ...outside];
}

const feedParser = /node_modules\/(?:feedsmith|fast-xml-parser)\//;

describe("what comes with the formats", () => {
  test("the feed parser comes only to those who read feeds", () => {
    expect(listInputs("read-items.ts").some((path) => feedParser.test(path))).toBe(true);
    for (const file of ["item-media-types.ts", "read-ndjson.ts", "split-lines.ts", "read-single-item.ts"]) {
      expect(listInputs(file).filter((path) => feedParser.test(path))).toEqual([]);
    }
  });

  test("nothing that reads or writes: no SDK, no stores, no files, no network", () => {
    const impure =
      /@aws-sdk|@smithy|shared\/stores|functions\/|^(?:node:)?(?:fs|http|https|net|dns|child_process)(?:\/|$)/;
    expect(listInputs("read-items.ts").filter((path) => impure.test(path))).toEqual([]);
  });
});
