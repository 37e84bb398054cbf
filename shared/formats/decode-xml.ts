import { ProblemError } from "../api/problem.ts";
import type { ArticleWarning } from "../article/article-warning.ts";
import { decodeDocument, UnknownCharsetError } from "../article/decode-document.ts";
import { refuseXml } from "./refuse-xml.ts";

/** An XML declaration is short; one that is longer declares nothing that we need. */
export const declarationBytes = 256;

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
    throw refuseCharset(error.message, charset, error);
  }
}

function refuseCharset(label: string, charset: string | undefined, cause: unknown): ProblemError {
  const name = label.slice(0, 40);
  if (charset === undefined) return refuseXml(`declares the encoding ${name}, which is not known; send UTF-8`, cause);
  return new ProblemError("unsupported-media-type", `The charset ${name} is not known. Send utf-8.`, {
    errors: [{ pointer: "header:Content-Type", detail: "names a charset that is not known" }],
    cause,
  });
}

/**
 * The charset for who decodes as it comes in, told from the first bytes. What fits no charset is not looked for: UTF-8 then.
 *
 * @throws ProblemError as `decodeXml`
 */
export function findXmlEncoding(head: Uint8Array, charset: string | undefined): string {
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  const label = charset ?? findUtf16(head) ?? findDeclaredEncoding(head) ?? "utf-8";
  try {
    return new TextDecoder(label).encoding;
  } catch (error) {
    throw refuseCharset(label, charset, error);
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
