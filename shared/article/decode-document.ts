import { type Attribute, tokenizeHtml } from "./tokenize-html.ts";

export interface DecodedDocument {
  readonly text: string;
  /** WHATWG name of the encoding that was used. */
  readonly charset: string;
  /** Present when the bytes do not fit their declaration, or when there was none and they are no UTF-8. */
  readonly warning?: { readonly code: string; readonly detail: string };
}

/** Raised when the declared charset has no meaning. */
export class UnknownCharsetError extends Error {}

/** Browsers look for a `meta` no further than this. */
const prescannedBytes = 1024;

/**
 * Decodes the bytes of a document as a browser would: byte order mark, then the charset of Content-Type, then a `meta` of an
 * HTML document, then UTF-8, and windows-1252 for what is not UTF-8 (WHATWG Encoding and HTML, "determining the character
 * encoding"). Bytes that do not fit become U+FFFD, with a warning; the raw bytes stay as they are.
 *
 * @throws UnknownCharsetError when the declared charset is not one of the WHATWG labels
 */
export function decodeDocument(
  bytes: Uint8Array,
  options: { readonly declared?: string | undefined; readonly isHtml: boolean },
): DecodedDocument {
  const charset =
    findByteOrderMark(bytes) ?? declaredCharset(options.declared) ?? (options.isHtml ? findMeta(bytes) : undefined);
  const strict = tryDecode(bytes, charset ?? "utf-8");
  if (strict !== undefined) return strict;
  if (charset === undefined) {
    return {
      ...decode(bytes, "windows-1252"),
      warning: {
        code: "encoding-guessed",
        detail: "No charset was declared and the bytes are not UTF-8; read as windows-1252.",
      },
    };
  }
  return {
    ...decode(bytes, charset),
    warning: {
      code: "encoding-mismatch",
      detail: `Some bytes are not valid ${charset}; each stands as U+FFFD in the text.`,
    },
  };
}

/** Decodes bytes again with the charset that was found when they came in. */
export function decodeAgain(bytes: Uint8Array, charset: string): string {
  return new TextDecoder(charset).decode(bytes);
}

function tryDecode(bytes: Uint8Array, charset: string): DecodedDocument | undefined {
  const decoder = new TextDecoder(charset, { fatal: true });
  try {
    return { text: decoder.decode(bytes), charset: decoder.encoding };
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array, charset: string): DecodedDocument {
  return { text: decodeAgain(bytes, charset), charset };
}

function findByteOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return undefined;
}

function declaredCharset(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    throw new UnknownCharsetError(label);
  }
}

/** Finds the first `meta` that names a charset known to browsers; what stands in comments and scripts is none. */
function findMeta(bytes: Uint8Array): string | undefined {
  let found: string | undefined;
  tokenizeHtml(new TextDecoder("latin1").decode(bytes.subarray(0, prescannedBytes)), {
    startTag(name, attributes) {
      if (name === "meta") found ??= encodingOf(readCharset(attributes));
    },
    endTag() {},
    text() {},
    advanceTo() {},
    isForeign: () => false,
  });
  return found;
}

/** Reads `charset`, or `content` where it stands for the header Content-Type. */
function readCharset(attributes: readonly Attribute[]): string | undefined {
  const value = (name: string): string | undefined => attributes.find((attribute) => attribute.name === name)?.value;
  const charset = value("charset");
  if (charset !== undefined || value("http-equiv")?.toLowerCase() !== "content-type") return charset;
  return /charset\s*=\s*["']?\s*([^\s"';]{1,40})/i.exec(value("content") ?? "")?.[1];
}

function encodingOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(label);
    // A document that could be read as ASCII this far is not UTF-16, whatever it says.
    return encoding.startsWith("utf-16") ? "utf-8" : encoding;
  } catch {
    return undefined;
  }
}
