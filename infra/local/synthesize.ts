import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const root = new URL("../..", import.meta.url).pathname;

/** The stage whose template is run here: its data may go. It has search, which costs nothing here. */
export const localStackName = "copydesk-dev";

/**
 * Synthesizes the CDK app into a directory, unless it holds what the sources as they are would give.
 *
 * @param onBuild called when it has to build, which takes a few seconds
 * @returns true when it had to build
 * @throws Error with what the CDK app said when it fails
 */
export async function synthesize(directory: string, onBuild: () => void): Promise<boolean> {
  const stamp = hashSources();
  const stampFile = join(directory, "sources.sha256");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return false;

  onBuild();
  // Built aside and moved into place, so that an interrupted build is not taken for a whole one.
  const building = `${directory}.${process.pid}`;
  rmSync(building, { recursive: true, force: true });
  mkdirSync(dirname(building), { recursive: true });
  await runApp(building);
  // In Lambda nothing stands above a bundle; here this project's package.json does, and it would make CommonJS an ES module.
  writeFileSync(join(building, "package.json"), JSON.stringify({ type: "commonjs" }));
  writeFileSync(join(building, "sources.sha256"), stamp);
  rmSync(directory, { recursive: true, force: true });
  renameSync(building, directory);
  return true;
}

/** All that the template and the bundles are made from. */
function hashSources(): string {
  const hash = createHash("sha256");
  const sources = [
    "package-lock.json",
    "cdk.json",
    "tsconfig.json",
    ...globSync("{infra,functions,shared}/**/*.{ts,json,html,css}", { cwd: root }).sort(),
  ];
  for (const source of sources) {
    hash
      .update(`${source}\0`)
      .update(readFileSync(join(root, source)))
      .update("\0");
  }
  return hash.digest("hex");
}

async function runApp(output: string): Promise<void> {
  const { context } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")) as { context: object };
  const app = spawn(process.execPath, [join(root, "infra/app.ts")], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: output,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage: "dev", search: "on" }),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said = await text(app.stderr);
  if (app.exitCode === null) await once(app, "exit");
  if (app.exitCode !== 0) throw new Error(`The CDK app failed:\n${said}`);
}
