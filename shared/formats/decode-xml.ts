import { ProblemError } from "../api/problem.ts";
import type { ArticleWarning } from "../article/article-warning.ts";
import { decodeDocument, UnknownCharsetError } from "../article/decode-document.ts";
import { refuseXml } from "./refuse-xml.ts";

/** An XML declaration is short; one that is longer declares nothing that we need. */
const declarationBytes = 256;

/**
 * Decodes XML: byte order mark, then the charset of Content-Type, then the XML declaration, then UTF-8 (RFC 7303, section 3;
 * XML 1.0, appendix F). UTF-16 without a mark is known by how "<?" looks in it. As with HTML, bytes that do not fit become
 * U+FFFD with a warning: a feed is not lost for one bad byte.
 *
 * @throws ProblemError `unsupported-media-type` when the charset of Content-Type is unknown, `malformed-xml` when that of the
 * declaration is
 */
export function decodeXml(
  bytes: Uint8Array,
  charset: string | undefined,
): { readonly xml: string; readonly warnings: readonly ArticleWarning[] } {
  try {
    const declared = charset ?? findUtf16(bytes) ?? findDeclaredEncoding(bytes);
    const { text, warning } = decodeDocument(bytes, { declared, isHtml: false });
    return { xml: text, warnings: warning === undefined ? [] : [warning] };
  } catch (error) {
    if (!(error instanceof UnknownCharsetError)) throw error;
    const name = error.message.slice(0, 40);
    if (charset === undefined) throw refuseXml(`declares the encoding ${name}, which is not known; send UTF-8`, error);
    throw new ProblemError("unsupported-media-type", `The charset ${name} is not known. Send utf-8.`, {
      errors: [{ pointer: "header:Content-Type", detail: "names a charset that is not known" }],
      cause: error,
    });
  }
}

function findUtf16(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0x3c && second === 0 && third !== 0 && fourth === 0) return "utf-16le";
  if (first === 0 && second === 0x3c && third === 0 && fourth !== 0) return "utf-16be";
  return undefined;
}

function findDeclaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, declarationBytes));
  const label = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']\s*([\w:.-]{1,40})/i.exec(head)?.[1];
  // A declaration that could be read as ASCII is not UTF-16, whatever it says; a database column often was.
  return label !== undefined && /^(?:utf-?16|ucs-?2|iso-10646-ucs-2)/i.test(label) ? "utf-8" : label;
}
