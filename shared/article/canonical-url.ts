import { getDomain } from "tldts";
import { isTrackingParameter } from "./tracking-parameters.ts";

/**
 * The form of a URL that is equal for all addresses of one page: https, without fragment, default port and tracking
 * parameters, with sorted parameters, without a slash or an index file at the end; the page itself instead of its mobile or
 * AMP rendering, also where that comes from a cache. A fragment that starts with `!` is a route of a single-page application
 * and stays.
 *
 * It is an identity, not an address: nothing promises that a server answers there. Its law: the canonical URL of a canonical
 * URL is itself.
 *
 * @returns undefined when it is not an http or https URL with a host name
 */
export function canonicalizeUrl(address: string): string | undefined {
  let canonical = simplifyUrl(address);
  // What is left after one thing was taken away may be another one: a segment `..`, an index file, an AMP cache.
  for (let rounds = 0; canonical !== undefined && rounds < maxRounds; rounds++) {
    const again = simplifyUrl(canonical);
    if (again === canonical) return canonical;
    canonical = again;
  }
  return canonical;
}

/** Every round takes something away, and an address ends. */
const maxRounds = 100;

function simplifyUrl(address: string): string | undefined {
  const parsed = URL.parse(address);
  if (parsed === null) return undefined;
  const url = findCached(parsed);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  const host = simplifyHost(url.hostname.replace(/\.+$/, ""));
  // The scheme is ignored, so both schemes' default ports are: else `http://host:443` would not be its own canonical form.
  const port = url.port === "" || url.port === "80" || url.port === "443" ? "" : `:${url.port}`;
  const parameters = [...url.searchParams].filter(
    ([name, value]) => !isTrackingParameter(name) && !asksForAmp(name, value),
  );
  const query = parameters
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .sort()
    .join("&");
  const route = url.hash.startsWith("#!") ? url.hash : "";
  const path = simplifyPath(normalizeEscapes(url.pathname));
  const canonical = `https://${host}${port}${path === "" ? "/" : path}${query === "" ? "" : `?${query}`}${route}`;
  return host === "" ? undefined : canonical;
}

/** Hosts that keep copies of AMP pages of others; behind the path comes the address of the page. */
const ampCaches: readonly { readonly host: RegExp; readonly path: RegExp }[] = [
  { host: /(?:^|\.)cdn\.ampproject\.org$/, path: /^\/[a-z](?:\/s)?\/(?=[^/]+\.)/ },
  { host: /(?:^|\.)bing-amp\.com$/, path: /^\/[a-z](?:\/s)?\/(?=[^/]+\.)/ },
  { host: /^(?:www\.)?google\.[a-z.]+$/, path: /^\/amp(?:\/s)?\/(?=[^/]+\.)/ },
];

/** The page that an AMP cache has a copy of, or the URL itself. A copy of a copy is followed as well. */
function findCached(url: URL): URL {
  let page = url;
  for (;;) {
    const { hostname, pathname, search, hash } = page;
    const cache = ampCaches.find(({ host, path }) => host.test(hostname) && path.test(pathname));
    if (cache === undefined) return page;
    const behind = URL.parse(`https://${pathname.replace(cache.path, "")}${search}${hash}`);
    if (behind === null) return page;
    page = behind;
  }
}

/** Without the first labels that name another rendering of the same site, as long as a registrable domain is left. */
function simplifyHost(host: string): string {
  let simple = host;
  while (/^(?:www|m|mobile|amp)\./.test(simple)) {
    const rest = simple.slice(simple.indexOf(".") + 1);
    if (getDomain(rest, { allowPrivateDomains: true }) === null) break;
    simple = rest;
  }
  return simple;
}

/** `amp`, `amp=1`, `outputType=amp`: another rendering of the page. */
function asksForAmp(name: string, value: string): boolean {
  return name === "amp" ? /^(?:1|true)?$/.test(value) : /^output(?:type)?$/i.test(name) && value === "amp";
}

/** Without what names the AMP rendering, an index file or a slash at its end; each may come to light behind another. */
function simplifyPath(path: string): string {
  let simple = path;
  for (;;) {
    const next = simple
      .replace(/\/+$/, "")
      .replace(/\/(?:index|default)\.(?:html?|php|aspx?|jsp|shtml|cfm)$/i, "")
      .replace(/(?<=.)\/amp$/i, "")
      .replace(/^\/amp(?=\/.)/i, "")
      .replace(/\.amp(?=\.html?$|$)/i, "");
    if (next === simple) return simple;
    simple = next;
  }
}

/**
 * `%7e` and `%7E` and `~` are one address (RFC 3986, section 6.2.2); what is reserved stays escaped, in upper case. A percent
 * sign that begins no escape becomes one first, so that what is unescaped behind it (`%2%65`) cannot complete it.
 */
function normalizeEscapes(path: string): string {
  return path.replace(/%(?![0-9a-f]{2})/gi, "%25").replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escaped.toUpperCase();
  });
}
