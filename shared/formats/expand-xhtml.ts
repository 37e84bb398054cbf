import { escapeText } from "../article/escape-html.ts";
import { scanMarkup } from "./scan-markup.ts";

/** HTML, section 13.1.2: these never have an end tag. */
const voidElements = new Set(
  "area base br col embed hr img input link meta param source track wbr command keygen".split(" "),
);

/**
 * Writes XHTML so that an HTML parser reads the same: `<p/>` would open a paragraph there and never close it, and a CDATA
 * section would become a comment (HTML, section 13.2.6.4). All else stays as it is. Linear.
 */
export function expandXhtml(xhtml: string): string {
  let html = "";
  let written = 0;
  for (const { kind, start, end, name } of scanMarkup(xhtml)) {
    if (kind === "cdata") {
      html += xhtml.slice(written, start) + escapeText(xhtml.slice(start + 9, end - 3));
      written = end;
    } else if (kind === "empty" && !voidElements.has(name.toLowerCase())) {
      html += `${xhtml.slice(written, end - 2).trimEnd()}></${name}>`;
      written = end;
    }
  }
  return html + xhtml.slice(written);
}
