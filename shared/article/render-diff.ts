import { createHash } from "node:crypto";
import type { DiffLine, DiffPart } from "./diff-texts.ts";
import { escapeAttribute, escapeText } from "./escape-html.ts";

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; margin: 0 auto; max-width: 46rem; padding: 1.5rem; }
h1 { font-size: 1.4rem; line-height: 1.3; }
p { margin: 0.6rem 0; overflow-wrap: anywhere; padding-left: 0.8rem; border-left: 3px solid transparent; }
p.added, p.removed, p.changed { border-left-color: currentColor; }
del { background: color-mix(in srgb, #d33 25%, transparent); }
ins { background: color-mix(in srgb, #2a2 25%, transparent); text-decoration: none; }
.facts { border: 0; opacity: 0.75; }
`;

/** For the Content-Security-Policy of the page: its own style, and nothing else. */
export const diffStyleSource = `'sha256-${createHash("sha256").update(style).digest("base64")}'`;

export interface DiffPage {
  readonly language: string | undefined;
  /** Name of each side, as "Revision 1 of 2026-11-23". */
  readonly from: string;
  readonly to: string;
  readonly title: readonly DiffPart[];
  readonly lines: readonly DiffLine[];
}

/** A page that shows what has changed: what is gone struck out, what is new underlaid. It holds text only. */
export function renderDiff({ language, from, to, title, lines }: DiffPage): string {
  const body = lines.map(({ kind, parts }) => `<p class="${kind}">${renderParts(parts)}</p>`).join("\n");
  const shown = title.filter(({ kind }) => kind !== "removed").map(({ text }) => text);
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(language ?? "und")}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeText(shown.join("") || to)}</title>
<style>${style}</style>
<h1 dir="auto">${renderParts(title)}</h1>
<p class="facts" lang="en">From ${escapeText(from)} to ${escapeText(to)}</p>
<main dir="auto">
${body}
</main>
`;
}

function renderParts(parts: readonly DiffPart[]): string {
  const tags = { same: "", removed: "del", added: "ins" } as const;
  return parts
    .map(({ kind, text }) => {
      const tag = tags[kind];
      return tag === "" ? escapeText(text) : `<${tag}>${escapeText(text)}</${tag}>`;
    })
    .join("");
}
