import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { bundleDesk } from "./bundle-desk.ts";
import { escapeLetters, loadLate, trimSdk, trimZod } from "./trim-bundles.ts";

const root = new URL("..", import.meta.url).pathname;

/**
 * Large, and not needed before there is an article, or never: each lies in a file of its own, which is read when one of its
 * functions is called. `connect-ingest.ts` calls those that nearly every article needs while it waits for the database.
 */
const lateModules: Readonly<Record<string, LateModule>> = {
  // Its ES modules import the WebAssembly glue, a CommonJS module, in a way that only TypeScript understands.
  "cld3-asm": { entries: ["main"], functions: ["loadModule"] },
  "entities/decode": { entries: ["module", "main"], functions: ["decodeHTML", "decodeHTMLAttribute"] },
  feedsmith: { entries: ["module", "main"], functions: ["parseRssFeed", "parseRdfFeed", "parseAtomFeed"] },
  tldts: { entries: ["module", "main"], functions: ["getDomain"] },
};

interface LateModule {
  /** Which of its entries esbuild is to take. */
  readonly entries: readonly string[];
  /** All that is imported of it. */
  readonly functions: readonly string[];
}

/**
 * How a function becomes the one file that Lambda loads. NodejsFunction would do the same with a process for each function,
 * which takes ten times as long, and with defaults that make slow starts.
 */
export const bundleOptions = {
  bundle: true,
  minify: true,
  platform: "node",
  target: "node24",
  // An ESM bundle loads node:http through a facade that pulls in undici: 29 to 50 ms more at every cold start.
  format: "cjs",
  // esbuild prefers "main" for Node, and the SDK's "main" cannot be shaken.
  mainFields: ["module", "main"],
  // Of a regular expression V8 makes the ranges when it loads the bundle, also where the function around it is never called;
  // `\p{L}` has hundreds. So esbuild is to write `new RegExp` for these, which it does where they stand outside of brackets.
  supported: { "regexp-unicode-property-escapes": false },
  // The SDK of the runtime is read from hundreds of files at every cold start, so ours is bundled. These parts of it are
  // loaded only when there are no credentials in the environment, and Lambda always puts them there.
  external: [
    "@aws-sdk/credential-provider-http",
    "@aws-sdk/credential-provider-ini",
    "@aws-sdk/credential-provider-login",
    "@aws-sdk/credential-provider-process",
    "@aws-sdk/credential-provider-sso",
    "@aws-sdk/credential-provider-web-identity",
    "@aws-sdk/nested-clients",
    "@smithy/credential-provider-imds",
  ],
} as const satisfies BuildOptions;

let bundled: Promise<string> | undefined;

/**
 * Bundles all functions, the files `functions/*.ts`, in one go, and once in a process: the stacks of several stages have the
 * same.
 *
 * @returns a directory with a directory for each function, which holds its `index.js`, and a `node_modules` where it loads
 *   something late; it is gone when the process ends
 */
export function bundleFunctions(): Promise<string> {
  bundled ??= bundleAnew();
  return bundled;
}

async function bundleAnew(): Promise<string> {
  const names = globSync("functions/*.ts", { cwd: root }).map((file) => basename(file, ".ts"));
  const outdir = mkdtempSync(join(tmpdir(), "copydesk-bundles-"));
  process.once("exit", () => rmSync(outdir, { recursive: true, force: true }));
  const { metafile } = await build({
    ...bundleOptions,
    metafile: true,
    external: [...bundleOptions.external],
    mainFields: [...bundleOptions.mainFields],
    plugins: [
      trimSdk,
      trimZod,
      ...Object.entries(lateModules).map(([name, { functions }]) => loadLate(name, functions)),
    ],
    // The one function that serves a page finds it here; in others there is nothing to replace.
    define: bundleDesk(),
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `functions/${name}.ts`, out: `${name}/index` })),
    outdir,
    logLevel: "warning",
  });
  for (const output of Object.keys(metafile.outputs)) {
    const path = join(root, output);
    writeFileSync(path, escapeLetters(readFileSync(path, "utf8")));
  }
  for (const [name, { entries }] of Object.entries(lateModules)) {
    const directories = Object.entries(metafile.outputs)
      .filter(([, { imports }]) => imports.some(({ path }) => path === name))
      .map(([path]) => join(root, dirname(path)));
    if (directories.length > 0) await addLateModule(name, entries, directories);
  }
  return outdir;
}

/** Bundles it once and puts it where `require` looks for it from these directories. */
async function addLateModule(name: string, entries: readonly string[], directories: readonly string[]): Promise<void> {
  const { outputFiles } = await build({
    ...bundleOptions,
    external: [],
    mainFields: [...entries],
    absWorkingDir: root,
    entryPoints: [name],
    write: false,
    logLevel: "warning",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`${name} could not be bundled.`);
  for (const directory of directories) {
    const path = join(directory, "node_modules", name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "index.js"), escapeLetters(bundle.text));
  }
}
