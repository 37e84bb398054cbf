import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * The schemas of all operations of a client. They name their traits by constants in computed keys, `{ [_hH]: "ETag" }`: for
 * all that esbuild knows, these might do something, so it keeps every schema, of S3 68 KB where 10 are used.
 */
const schemas = /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/;

/** Takes out of the bundles what the SDK would have in them for nothing. */
export const trimSdk: Plugin = {
  name: "trim-sdk",
  setup(build) {
    build.onLoad({ filter: schemas }, async ({ path }) => ({ contents: spellKeys(await readFile(path, "utf8")) }));
    // Each client reads its version out of it.
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, () => ({ path: "none", namespace: "event-streams" }));
    build.onLoad({ filter: /.*/, namespace: "event-streams" }, () => ({ contents: noEventStreams }));
  },
};

/** Writes the constants out that stand for keys: `{ "httpHeader": "ETag" }`. */
function spellKeys(source: string): string {
  const texts = new Map(
    Array.from(source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm), ([, name, text]) => [name, text]),
  );
  return source.replace(/\[(\w+)\]:/g, (key, name: string) => (texts.has(name) ? `${texts.get(name)}:` : key));
}

/**
 * No request of ours is a stream of events. What reads them would be a fifth of the SDK's core, and since it is imported
 * dynamically, esbuild would wrap the rest of that into functions, which are parsed twice at every start.
 */
const noEventStreams = `
  export const resolveEventStreamSerdeConfig = (config) => config;
  export const eventStreamSerdeProvider = () => undefined;
  export class EventStreamSerde {
    constructor() {
      throw new Error("Streams of events are not in this bundle; see infra/trim-bundles.ts.");
    }
  }
`;

/**
 * The methods of schemas that bundles keep: all that ours call. But for `parse` and `safeParse` they are called when modules are
 * loaded, so a bundle that misses one does not start, and no test of it passes.
 */
const schemaMethods = `
  check clone default describe extend int max meta min omit optional overwrite parse partial pick positive refine regex required
  safeParse transform
`.split(/\s+/);

/** A method or an accessor, in the tables of those that zod copies to each kind of schemas. */
const schemaMethod =
  /^ {4}(?:get |set |async )?"?([\w~]+)"?(?:\(.*\)|: (?:async )?function \w+\(.*\)) \{\n(?: {8}.*\n)* {4}\},\n/gm;

/**
 * Takes out of the bundles what schemas can do for others: methods that ours do not call, which bring a dozen formats of strings
 * along, and what only the OpenAPI document asks of them, their description and what they are in JSON Schema.
 */
export const trimZod: Plugin = {
  name: "trim-zod",
  setup(build) {
    build.onLoad({ filter: /zod\/v4\/classic\/schemas\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const contents = source
        .replace(/^ *inst\._zod\.processJSONSchema = .*;$/gm, "")
        .replace(schemaMethod, (method, name: string) => (schemaMethods.includes(name) ? method : ""))
        // The one of objects that compiles itself when it is first used: that takes half of the time that all schemas take in a
        // first request (3 of 6 ms), and spares later ones 2 µs.
        .replace("core.$ZodObjectJIT.init", "core.$ZodObject.init")
        // Each would make a copy of the schema to tell the two apart.
        .replace(/^ {4}((?:describe|meta)\(.*\)) \{[\s\S]*?^ {4}\},$/gm, "    $1 { return this; },");
      return { contents };
    });
  },
};

/**
 * Writes a bundle in ASCII. esbuild does so but for regular expressions; one letter in them makes the whole bundle a text of two
 * bytes a character, which has to be decoded at every start and takes longer to parse.
 *
 * @throws where `\u…` would mean something else: after a backslash, and in a raw template
 */
export function escapeLetters(bundle: string): string {
  const misread = /\.raw`[^`]*[^\0-\x7f]|(?<!\\)(?:\\\\)*\\[^\0-\x7f]/.exec(bundle);
  if (misread !== null)
    throw new Error(`A letter that is not ASCII cannot be escaped where a bundle has it: ${misread[0]}`);
  return bundle.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Makes functions of a module that lies beside the bundle read it when they are first called, not when the bundle is loaded.
 *
 * @param functions all that is imported of it
 */
export function loadLate(module: string, functions: readonly string[]): Plugin {
  const contents = [
    "let loaded;",
    ...functions.map(
      (name) => `export const ${name} = (...given) => (loaded ??= require("${module}")).${name}(...given);`,
    ),
  ].join("\n");
  return {
    name: `load-${module}-late`,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${module}$`) }, ({ path, kind }) =>
        kind === "require-call" ? { path, external: true } : { path, namespace: "late" },
      );
      build.onLoad({ filter: new RegExp(`^${module}$`), namespace: "late" }, () => ({ contents }));
    },
  };
}
