import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";

/** A version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly storedAt: Date;
  readonly bytes: number;
  /** What a reader of the key gets. */
  readonly isLatest: boolean;
}

export type ObjectVersions = ReturnType<typeof openObjectVersions>;

/** The objects of a bucket in all their versions, for who removes them for good. */
export function openObjectVersions(client: S3Client, bucketName: string) {
  return {
    /** Versions and delete markers below a prefix, a page of at most 1,000 at a time, by key. */
    async *list(prefix: string): AsyncGenerator<ObjectVersion[]> {
      let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await client.send(
          new ListObjectVersionsCommand({ Bucket: bucketName, Prefix: prefix, ...markers }),
        );
        const versions = page.Versions ?? [];
        yield [...versions, ...(page.DeleteMarkers ?? []).map((marker) => ({ ...marker, Size: 0 }))].map((found) => ({
          key: found.Key ?? "",
          versionId: found.VersionId ?? "null",
          storedAt: found.LastModified ?? new Date(0),
          bytes: found.Size ?? 0,
          isLatest: found.IsLatest === true,
        }));
        if (page.IsTruncated !== true) return;
        markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
    },

    /**
     * Removes versions by their IDs: what was put under the same key since they were listed stays. Done twice, it is done once.
     *
     * @throws Error when S3 refuses one of them
     */
    async remove(versions: readonly ObjectVersion[]): Promise<void> {
      for (let start = 0; start < versions.length; start += 1000) {
        const Objects = versions.slice(start, start + 1000).map(({ key, versionId }) => ({
          Key: key,
          VersionId: versionId,
        }));
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucketName, Delete: { Objects, Quiet: true } }),
        );
        const [first] = Errors;
        if (first !== undefined) throw new Error(`S3 did not remove ${first.Key}: ${first.Code} ${first.Message}`);
      }
    },
  };
}
