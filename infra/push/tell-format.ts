import { extname } from "node:path";

/** How a file is taken apart. */
export type Format = "lines" | "failures" | "array" | "object" | "feed" | "html" | "text";

const byExtension: ReadonlyMap<string, Format> = new Map([
  [".ndjson", "lines"],
  [".jsonl", "lines"],
  [".json", "object"],
  [".ninjs", "object"],
  [".jsonfeed", "object"],
  [".xml", "feed"],
  [".rss", "feed"],
  [".rdf", "feed"],
  [".atom", "feed"],
  [".html", "html"],
  [".htm", "html"],
  [".xhtml", "html"],
  [".txt", "text"],
  [".text", "text"],
]);

const byMediaType: ReadonlyMap<string, Format> = new Map([
  ["application/x-ndjson", "lines"],
  ["application/json", "object"],
  ["application/feed+json", "object"],
  ["application/rss+xml", "feed"],
  ["application/atom+xml", "feed"],
  ["application/xml", "feed"],
  ["text/html", "html"],
  ["text/plain", "text"],
]);

/** Media types that the user may name. */
export const mediaTypes: readonly string[] = [...byMediaType.keys()];

/**
 * Tells the format of a file: by what the user says, else by how it begins, else by its extension. A name without extension,
 * as that of standard input, may be text; a file with an extension that is not known here is none.
 *
 * @param head the first bytes: all of them where the file is shorter than 64 KB
 */
export function tellFormat(name: string, head: Uint8Array, mediaType?: string): Format | undefined {
  const extension = extname(name).toLowerCase();
  const named = mediaType === undefined ? undefined : byMediaType.get(mediaType);
  const known = named ?? byExtension.get(extension);
  if (known === "text" || known === "html") return known;
  const text = decodeHead(head);
  if (text === undefined) return known === "feed" ? known : undefined;
  switch (text.charAt(0)) {
    case "[":
      return known === "lines" ? known : "array";
    case "{":
      return tellJson(text, known);
    case "<":
      return named ?? tellMarkup(text, known);
    default:
      return known ?? (extension === "" ? "text" : undefined);
  }
}

/** What is not text has a NUL in it; UTF-16 has, too, but says so. */
function decodeHead(head: Uint8Array): string | undefined {
  const [first, second] = head;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const text = new TextDecoder(isUtf16 ? (first === 0xff ? "utf-16le" : "utf-16be") : "utf-8").decode(head);
  return text.includes("\0") ? undefined : text.trimStart();
}

function tellJson(text: string, known: Format | undefined): Format {
  if (/^\{"file":.*?"problem":/.test(text)) return "failures";
  if (known === "lines") return "lines";
  const end = text.indexOf("\n");
  if (end < 0) return "object";
  const isWhole = isJson(text.slice(0, end));
  return isWhole && text.slice(end).trim() !== "" ? "lines" : "object";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** By the root element, behind declaration, comments and DOCTYPE. */
function tellMarkup(text: string, known: Format | undefined): Format {
  const root = /^(?:<\?[^>]*>|<!--[\s\S]*?-->|<![^>[]*(?:\[[^\]]*\])?[^>]*>|\s)*<(?:[\w-]+:)?([\w-]+)/.exec(text)?.[1];
  if (/^(?:rss|rdf|feed|entry)$/i.test(root ?? "")) return "feed";
  return known ?? "html";
}
