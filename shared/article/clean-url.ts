import { isTrackingParameter } from "./tracking-parameters.ts";

/** Why an address was refused. */
export type UrlRefusal = "empty" | "scheme" | "syntax";

export type CleanUrl = { readonly url: string; readonly relative: boolean } | { readonly refused: UrlRefusal };

// Controls, spaces of all kinds at either end, and invisible characters: browsers skip some of them inside a scheme.
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  /[\0-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\uffff]+/g;
const plain = /^[\x21-\x7e]*$/;
const scheme = /^[a-z][a-z0-9+.-]*:/i;
const unsafeInRelative = /[\s"<>`{}|^\u00a0-\uffff]/;

/** Addresses that the parser gives back as they are: a host that ends in a name, no dot segments, nothing to encode. */
const settled =
  /^https?:\/\/(?:[a-z0-9]+[.-])+[a-z]{2,24}(?:\/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+\/?(\?[A-Za-z0-9_.~=&-]+)?(?:#[A-Za-z0-9_.~-]+)?$/;

/** Relative addresses that stay as they are behind the base's host or folder. */
const settledRelative =
  /^\/?[A-Za-z0-9_~-][A-Za-z0-9_.~-]*(?:\/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*\/?(\?[A-Za-z0-9_.~=&-]+)?(?:#[A-Za-z0-9_.~-]+)?$/;

const webProtocol = /^https?:$/;

/**
 * Cleans the address in an attribute.
 *
 * It is stripped of controls and invisible characters first and checked afterwards: the other order lets a scheme
 * through that is only spelt out by the stripping. Then it is parsed by the WHATWG rules (the platform's `URL`),
 * resolved against `base`, and freed of credentials and tracking parameters. Without a base a relative address stays
 * relative, and `relative` says so. Cleaning a clean address changes nothing.
 */
export function cleanUrl(raw: string, base: URL | undefined, schemes: ReadonlySet<string>): CleanUrl {
  const text = plain.test(raw) ? raw : raw.replace(invisible, "").trim().toWellFormed();
  if (text === "") return { refused: "empty" };
  const match = settled.exec(text);
  if (match !== null && !text.includes("xn--")) {
    return { url: match[1] === undefined ? text : replaceSearch(text, match[1]), relative: false };
  }
  if (scheme.test(text)) return cleanAbsolute(text, undefined, schemes);
  return base === undefined ? cleanRelative(text, schemes) : resolve(text, base, schemes);
}

function resolve(text: string, base: URL, schemes: ReadonlySet<string>): CleanUrl {
  const match = settledRelative.exec(text);
  if (match === null || !webProtocol.test(base.protocol)) return cleanAbsolute(text, base, schemes);
  const kept = match[1] === undefined ? text : replaceSearch(text, match[1]);
  const folder = text.startsWith("/") ? "" : base.pathname.slice(0, base.pathname.lastIndexOf("/") + 1);
  return { url: base.origin + folder + kept, relative: false };
}

function cleanAbsolute(text: string, base: URL | undefined, schemes: ReadonlySet<string>): CleanUrl {
  const url = URL.parse(text, base?.href);
  if (url === null) return { refused: "syntax" };
  if (!schemes.has(url.protocol)) return { refused: "scheme" };
  if (url.username !== "") url.username = "";
  if (url.password !== "") url.password = "";
  return { url: url.search === "" ? url.href : replaceSearch(url.href, url.search), relative: false };
}

/** Takes tracking parameters off an address whose query this is. Cheaper than to have the parser put it together again. */
function replaceSearch(href: string, search: string): string {
  const kept = dropTrackingParameters(search);
  if (kept === search) return href;
  // A question mark can only stand in front of the query, or behind it in the fragment.
  const start = href.indexOf("?");
  return href.slice(0, start) + kept + href.slice(start + search.length);
}

function cleanRelative(text: string, schemes: ReadonlySet<string>): CleanUrl {
  // Browsers read a backslash as a slash, so that "\\host" leaves the site like "//host".
  const slashed = text.replaceAll("\\", "/");
  if (slashed.startsWith("//")) return cleanAbsolute(`https:${slashed}`, undefined, schemes);
  // A colon in the first segment is forbidden by RFC 3986, section 4.2, because it reads like a scheme.
  if (/^[^/?#]*:/.test(slashed)) return { refused: "scheme" };
  if (!unsafeInRelative.test(slashed)) return { url: slashed, relative: true };
  let encoded = "";
  for (const character of slashed) {
    encoded += unsafeInRelative.test(character) || character.length > 1 ? encodeURIComponent(character) : character;
  }
  return { url: encoded, relative: true };
}

/** Takes a query with its question mark and gives it back without tracking parameters; the others stay byte for byte. */
function dropTrackingParameters(search: string): string {
  const parameters = search.slice(1).split("&");
  const kept = parameters.filter((parameter) => {
    const end = parameter.indexOf("=");
    const name = end < 0 ? parameter : parameter.slice(0, end);
    return !isTrackingParameter(name.includes("%") ? decodeName(name) : name);
  });
  if (kept.length === parameters.length) return search;
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not UTF-8, and so not a name on any list.
    return name;
  }
}
