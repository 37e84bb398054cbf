import { S3Error } from "./s3-error.ts";

/** An element of a request document: its text (when it has no children) and its children in order. */
export type XmlNode = { readonly name: string; readonly text: string; readonly children: readonly XmlNode[] };

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const token = /<\?[^>]*\?>|<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const maxDepth = 8;

/**
 * Reads the small XML documents that S3 requests carry: elements, text, character references. Attributes are skipped
 * (only the namespace is ever there). Doctypes, comments and CDATA are refused, so nothing can expand.
 *
 * @throws S3Error MalformedXML
 */
export function readXml(xml: string): XmlNode {
  type OpenNode = { name: string; text: string; children: XmlNode[] };
  const document: OpenNode = { name: "", text: "", children: [] };
  const open = [document];
  token.lastIndex = 0;
  while (token.lastIndex < xml.length) {
    const match = token.exec(xml);
    const current = open.at(-1);
    if (match === null || current === undefined) throw malformed();
    const [, closing, name, , selfClosing, text] = match;
    if (text !== undefined) {
      current.text += decodeReferences(text);
    } else if (name !== undefined && closing === "/") {
      if (open.length === 1 || current.name !== name) throw malformed();
      open.pop();
    } else if (name !== undefined) {
      const node: OpenNode = { name, text: "", children: [] };
      current.children.push(node);
      if (selfClosing !== "/") open.push(node);
      if (open.length > maxDepth) throw malformed();
    }
  }
  const [root, ...others] = document.children;
  if (root === undefined || others.length > 0 || open.length > 1 || document.text.trim() !== "") throw malformed();
  return root;
}

function decodeReferences(text: string): string {
  return text.replace(/&([^;]{0,10});?/g, (whole, reference: string) => {
    const numeric = /^#(?:x([0-9a-f]+)|([0-9]+))$/i.exec(reference);
    const codePoint = numeric?.[1] ? Number.parseInt(numeric[1], 16) : Number(numeric?.[2] ?? Number.NaN);
    const decoded = codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : entities[reference];
    if (decoded === undefined || !whole.endsWith(";")) throw malformed();
    return decoded;
  });
}

function malformed(): S3Error {
  return new S3Error("MalformedXML", "The XML you provided was not well-formed.");
}
