import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { bundleFunctions, bundleOptions } from "../../../infra/bundle-functions.ts";
import { bundleNaive } from "../naive/bundle-naive.ts";

/** What is loaded, by name; `empty` is what the others are measured over. */
export const candidates = [
  "empty",
  "SDK clients alone",
  "ours",
  "naive, by NodejsFunction",
  "naive, bundled as ours",
] as const;
export type Candidate = (typeof candidates)[number];

/** Bundles all candidates below a directory, and says in which file each is. */
export async function bundleCandidates(directory: string): Promise<Readonly<Record<Candidate, string>>> {
  buildSync({
    ...bundleOptions,
    mainFields: [...bundleOptions.mainFields],
    external: [...bundleOptions.external],
    absWorkingDir: new URL("entries", import.meta.url).pathname,
    entryPoints: ["empty.ts", "clients.ts"],
    outdir: directory,
  });
  return {
    empty: join(directory, "empty.js"),
    "SDK clients alone": join(directory, "clients.js"),
    ours: join(await bundleFunctions(), "put-submission", "index.js"),
    "naive, by NodejsFunction": naive("by default"),
    "naive, bundled as ours": naive("as ours"),
  };

  function naive(how: "by default" | "as ours"): string {
    const own = join(directory, how.replace(" ", "-"));
    mkdirSync(own);
    bundleNaive(own, how);
    return join(own, "index.js");
  }
}
