import { lookup as lookUpName } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/**
 * What is not the public Internet, after the registries of special-purpose addresses of IANA (RFC 6890): private networks,
 * this machine, links, and among them 169.254.169.254, where clouds tell of credentials.
 */
const special4 = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  special4.addSubnet(network, prefix, "ipv4");
}

/** Of IPv6 only global unicast is public, without what embeds an address of IPv4 (6to4, Teredo) or is for documents. */
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const special6 = new BlockList();
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  special6.addSubnet(network, prefix, "ipv6");
}

/** @param address of IPv4 or IPv6, as the resolver gives it */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special4.check(address, "ipv4");
  return family === 6 && global6.check(address, "ipv6") && !special6.check(address, "ipv6");
}

/** A name that leads to an address which is not public, or to several of which one is not. */
class PrivateAddressError extends Error {}

/**
 * Resolves names, and refuses those that lead into a private network. It does so for the connection itself: a name that was
 * looked at before could lead elsewhere by then.
 */
export const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookUpName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
      callback(new PrivateAddressError(`${hostname} leads to an address that is not public`), []);
      return;
    }
    if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
