import type { ArticleWarning } from "./article-warning.ts";
import type { CollectedLine } from "./collect-lines.ts";
import { findBody } from "./find-body.ts";
import { type SanitizedHtml, sanitizeHtml } from "./sanitize-html.ts";

export interface ExtractedBody {
  readonly html: string;
  readonly lines: readonly CollectedLine[];
  /** Which way was taken, where the input was a page: `body-extracted` or `body-not-found`. */
  readonly warning?: ArticleWarning;
}

/**
 * Keeps of a whole page what is the article. A fragment is an article already, and a page without navigation is one in a
 * wrapper; both stay as they are.
 */
export function extractBody(page: SanitizedHtml): ExtractedBody {
  const { html, lines } = page;
  if (!page.head.isDocument) return { html, lines };
  const found = findBody(page.spans);
  if (found.way === "all") return { html, lines };
  if (found.way === "none") {
    return {
      html,
      lines,
      warning: { code: "body-not-found", detail: "The whole page was kept, navigation included." },
    };
  }
  // Where something was cut out, two texts that stood apart would meet; an empty block keeps them apart and then vanishes.
  const cut = found.ranges.map(([start, end]) => html.slice(start, end)).join("<div></div>");
  // Cutting leaves empty lists and rows. A second pass over what is clean takes them out, and collects the lines anew.
  const body = sanitizeHtml(cut, undefined);
  const how = found.way === "marked" ? "by the page's own marks" : "by where its running text is";
  const detail = `The article's body was found ${how}; ${Math.round(found.left * 100)} % of the page's text was left out.`;
  return { html: body.html, lines: body.lines, warning: { code: "body-extracted", detail } };
}
