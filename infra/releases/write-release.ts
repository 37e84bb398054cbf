import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { bundleFunctions } from "../bundle-functions.ts";
import { CopydeskStack } from "../copydesk-stack.ts";
import { describeRelease, everythingOn, type ReleasedTemplate } from "./describe-release.ts";

/**
 * `npm run release`: keeps what the template of this version, `prod` with all that can be turned on, says of what has to
 * outlive it. What comes later is compared with it, so it is written once, when the version is given out.
 */
const root = new URL("../../", import.meta.url);
const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { version: string };
const { context } = JSON.parse(readFileSync(new URL("cdk.json", root), "utf8")) as { context: object };
const file = new URL(`${version}.json`, import.meta.url);
if (existsSync(file)) {
  console.error(`The facts of ${version} are there already. Raise the version in package.json first.`);
  process.exit(1);
}
const outdir = mkdtempSync(join(tmpdir(), "copydesk-release-"));
const app = new App({ context: { ...context, ...everythingOn }, outdir });
const stack = new CopydeskStack(app, "copydesk-prod", { stageName: "prod", bundles: await bundleFunctions() });
const template = app.synth().getStackArtifact(stack.artifactId).template as ReleasedTemplate;
rmSync(outdir, { recursive: true });
writeFileSync(file, `${JSON.stringify(describeRelease(template), null, 2)}\n`);
console.log(`infra/releases/${version}.json`);
