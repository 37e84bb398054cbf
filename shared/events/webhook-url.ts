import { isIP } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/**
 * Why nothing is sent to an address; undefined where something may be.
 *
 * @param mayBeLocal whether this machine may be reached, also without TLS: only where everything runs on it
 */
export function findUrlFault(address: string, mayBeLocal: boolean): string | undefined {
  const url = URL.parse(address);
  if (url === null) return "is no address";
  if (url.username !== "" || url.password !== "") return "must not have a name or password in it";
  const host = hostOf(url);
  if (mayBeLocal && isLoopback(host)) {
    return url.protocol === "https:" || url.protocol === "http:" ? undefined : "must be one of the web";
  }
  if (url.protocol !== "https:") return "must begin with https:";
  return isIP(host) !== 0 && !isPublicAddress(host) ? "is not public" : undefined;
}

/** Without the brackets that IPv6 has in a URL. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
