import { refuseXml } from "./refuse-xml.ts";
import { scanMarkup } from "./scan-markup.ts";

/** A document type that names its root and nothing else: it can neither define an entity nor fetch anything. */
const harmlessDoctype = /^<!DOCTYPE\s+[\p{L}_:][\p{L}\p{N}_:.-]*\s*>$/iu;

/**
 * Refuses XML that could define entities, before any parser sees it. Feeds have no use for a document type, and it is what
 * billion laughs, quadratic blow-up and external entities need (XML 1.0, section 4; CWE-611, CWE-776).
 *
 * Every declaration outside comments and CDATA sections is refused, wherever it stands and however it is written; also one
 * within an attribute, where XML allows no "<" and a lax parser could come to another end of the tag than this one.
 *
 * @param xml decoded, so that no encoding hides anything
 * @returns the XML, without a document type that only names the root
 * @throws ProblemError `malformed-xml`
 */
export function refuseDoctype(xml: string): string {
  let harmless: { readonly start: number; readonly end: number } | undefined;
  let hasElement = false;
  for (const { kind, start, end } of scanMarkup(xml)) {
    if (kind === "open" || kind === "empty" || kind === "close") {
      hasElement = true;
      if (xml.slice(start, end).includes("<!")) throw refuseXml("has a declaration inside a tag");
    } else if (kind === "declaration") {
      if (hasElement || harmless !== undefined || !harmlessDoctype.test(xml.slice(start, end))) {
        throw refuseXml("has a DOCTYPE that could define entities; leave the DOCTYPE out");
      }
      harmless = { start, end };
    } else if (kind === "unclosed" && /^<![^-[]/.test(xml.slice(start, start + 3))) {
      throw refuseXml("has a declaration that does not end; leave the DOCTYPE out");
    }
  }
  return harmless === undefined ? xml : xml.slice(0, harmless.start) + xml.slice(harmless.end);
}
