import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { buildSync } from "esbuild";

const folder = new URL("../functions/desk/", import.meta.url).pathname;

/**
 * Puts the style and the script of `functions/desk` into its page. The script is made by esbuild, as the functions are.
 *
 * @returns the page, and what a Content-Security-Policy has to let through of it
 */
export function bundleDesk(): { readonly html: string; readonly scriptSource: string; readonly styleSource: string } {
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
  return { html, scriptSource: makeSource(script), styleSource: makeSource(style) };
}

function makeSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
