import type { ObjectVersion } from "./version-table.ts";

/**
 * Decides a conditional GET or HEAD in the order of RFC 9110, section 13.2.2, to which S3 keeps: an entity tag counts
 * more than a date. Dates that cannot be read are ignored.
 */
export function evaluateConditions(
  headers: ReadonlyMap<string, string>,
  version: ObjectVersion,
): "proceed" | "not-modified" | "failed" {
  const date = (name: string) => Date.parse(headers.get(name) ?? "");
  const ifMatch = headers.get("if-match");
  const ifNoneMatch = headers.get("if-none-match");
  if (ifMatch !== undefined ? !matches(ifMatch, version) : version.storedAt > date("if-unmodified-since"))
    return "failed";
  if (ifNoneMatch !== undefined ? matches(ifNoneMatch, version) : version.storedAt <= date("if-modified-since")) {
    return "not-modified";
  }
  return "proceed";
}

function matches(condition: string, version: ObjectVersion): boolean {
  return condition.split(",").some((part) => {
    const tag = part.trim().replace(/^W\//, "").replaceAll('"', "");
    return tag === "*" || tag === version.body.md5;
  });
}
