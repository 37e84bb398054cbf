import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { buildSync } from "esbuild";

const folder = new URL("../functions/desk/", import.meta.url).pathname;

/**
 * Puts the style and the script of `functions/desk` into its page. The script is made by esbuild, as the functions are.
 *
 * @returns for `define` of esbuild: the page, and what a Content-Security-Policy has to let through of it. They are strings
 *   each, for an object would be a symbol in every bundle, also where nobody asks for it, and make some 3 KB larger.
 */
export function bundleDesk(): Record<`deskPage.${"html" | "scriptSource" | "styleSource"}`, string> {
  const { outputFiles } = buildSync({
    entryPoints: [`${folder}desk.ts`],
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    format: "esm",
    write: false,
    logLevel: "warning",
  });
  const script = outputFiles[0]?.text ?? "";
  const style = readFileSync(`${folder}desk.css`, "utf8");
  const html = readFileSync(`${folder}page.html`, "utf8")
    .replace("<style></style>", () => `<style>${style}</style>`)
    .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`);
  return {
    "deskPage.html": JSON.stringify(html),
    "deskPage.scriptSource": JSON.stringify(makeSource(script)),
    "deskPage.styleSource": JSON.stringify(makeSource(style)),
  };
}

function makeSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
