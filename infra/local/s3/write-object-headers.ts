import type { ReceivedBody } from "./receive-body.ts";
import type { ObjectVersion } from "./version-table.ts";

/** The headers that tell the additional checksum; it is always of the whole object, as there are no parts here. */
export function describeChecksum({ checksum }: ReceivedBody): Record<string, string> {
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, "x-amz-checksum-type": "FULL_OBJECT" };
}

/** The headers that name the version, in a bucket in which versioning has ever been on. */
export function describeVersion(version: ObjectVersion, versioning: string): Record<string, string> {
  return {
    ...(versioning === "" ? {} : { "x-amz-version-id": version.versionId }),
    ...(version.blob === undefined ? { "x-amz-delete-marker": "true" } : {}),
  };
}
