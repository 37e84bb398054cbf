import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { bundleOptions } from "../../../infra/bundle-functions.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** jsdom reads files that lie beside its sources, so it cannot be in a bundle: NodejsFunction's `nodeModules: ["jsdom"]`. */
const unbundled = ["jsdom"];

/** What NodejsFunction gives to esbuild where nothing is set: the SDK is the one of the runtime, and nothing is minified. */
const defaults: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node24",
  external: ["@aws-sdk/*", "@smithy/*", ...unbundled],
};

/** The same as Copydesk is bundled, so that one sees what comes of that alone. */
const asOurs: BuildOptions = {
  ...bundleOptions,
  mainFields: [...bundleOptions.mainFields],
  external: [...bundleOptions.external, ...unbundled],
};

/**
 * Bundles the naive ingest into a directory, as `index.js`.
 *
 * @param how by NodejsFunction's defaults, or as the functions here are bundled
 */
export function bundleNaive(directory: string, how: "by default" | "as ours"): void {
  buildSync({
    ...(how === "as ours" ? asOurs : defaults),
    absWorkingDir: root,
    entryPoints: ["test/bench/naive/handler.ts"],
    outfile: join(directory, "index.js"),
    logLevel: "warning",
  });
  // In the place of what Lambda's runtime brings, and of what NodejsFunction installs beside the bundle.
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
}
