import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { BlobFiles } from "./blob-files.ts";
import type { BucketTable } from "./bucket-table.ts";
import type { Position } from "./group-keys.ts";
import type { ReceivedBody } from "./receive-body.ts";
import { runInTransaction } from "./run-in-transaction.ts";
import { S3Error } from "./s3-error.ts";

/**
 * One version of an object, or a delete marker (`blob` undefined). `versionId` is `null` (the word) for what was stored
 * while versioning was not on. `headers` are the kept ones by lower-case name, `x-amz-meta-…` among them. `storedAt` is
 * in milliseconds, of whole seconds, since HTTP dates know no finer ones.
 */
export type ObjectVersion = {
  readonly key: string;
  readonly seq: number;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly storedAt: number;
  readonly blob: string | undefined;
  readonly body: ReceivedBody;
  readonly headers: Readonly<Record<string, string>>;
};
export type NewObject = Pick<ObjectVersion, "body" | "headers"> & {
  readonly blob: string;
  readonly onlyIfAbsent: boolean;
};
export type VersionTable = ReturnType<typeof openVersionTable>;

const noBody: ReceivedBody = { size: 0, md5: "", checksum: { algorithm: "crc64nvme", value: "" } };
const inRange = "bucket = ? AND key >= ? AND key < ? AND NOT (key = ? AND seq >= ?) ORDER BY key";

/**
 * All versions of all objects. Every change is one transaction without a wait in it, on the one thread that has the
 * database, so that changes to a key happen one after the other: the last line of every race.
 */
export function openVersionTable(
  database: DatabaseSync,
  { buckets, blobs, now }: { readonly buckets: BucketTable; readonly blobs: BlobFiles; readonly now: () => number },
) {
  const selectNewest = database.prepare("SELECT * FROM version WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1");
  const selectNull = database.prepare("SELECT * FROM version WHERE bucket = ? AND key = ? AND is_null = 1");
  const selectSeq = database.prepare("SELECT * FROM version WHERE bucket = ? AND key = ? AND seq = ?");
  const selectVersions = database.prepare(`SELECT * FROM version WHERE ${inRange}, seq DESC`);
  const selectObjects = database.prepare(
    `SELECT * FROM version WHERE is_latest = 1 AND blob IS NOT NULL AND ${inRange}`,
  );
  const unsetLatest = database.prepare(
    "UPDATE version SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1",
  );
  const setLatest = database.prepare("UPDATE version SET is_latest = 1 WHERE seq = ?");
  const remove = database.prepare("DELETE FROM version WHERE seq = ?");
  const insert = database.prepare(
    `INSERT INTO version (bucket, key, is_null, is_latest, stored_at, blob, size, md5, checksum_algorithm, checksum, headers)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)`,
  );

  function find(bucket: string, key: string, versionId?: string): ObjectVersion | undefined {
    const keyBytes = Buffer.from(key);
    const row =
      versionId === undefined
        ? selectNewest.get(bucket, keyBytes)
        : versionId === "null"
          ? selectNull.get(bucket, keyBytes)
          : selectSeq.get(bucket, keyBytes, readVersionId(versionId));
    const version = row && readRow(row);
    // A null version answers to its own name only, not to the number that it would have had.
    return versionId === undefined || version?.versionId === versionId ? version : undefined;
  }

  /** Takes a version out, inside a transaction; gives its file, loose by then. */
  function takeOut(version: ObjectVersion): string[] {
    remove.run(version.seq);
    if (version.blob === undefined) return [];
    blobs.loosen(version.blob);
    return [version.blob];
  }

  function add(bucket: string, key: string, added: Pick<ObjectVersion, "blob" | "body" | "headers">): string[] {
    const keyBytes = Buffer.from(key);
    const isNull = buckets.versioningOf(bucket) !== "Enabled";
    const replaced = isNull ? find(bucket, key, "null") : undefined;
    const loosened = replaced ? takeOut(replaced) : [];
    unsetLatest.run(bucket, keyBytes);
    const { size, md5, checksum } = added.body;
    const storedAt = Math.floor(now() / 1000) * 1000;
    const blob = added.blob ?? null;
    const headers = JSON.stringify(added.headers);
    insert.run(
      bucket,
      keyBytes,
      Number(isNull),
      storedAt,
      blob,
      size,
      md5,
      checksum.algorithm,
      checksum.value,
      headers,
    );
    return loosened;
  }

  /** Commits, and only then removes the files that became loose. */
  function change(work: () => string[]): void {
    blobs.remove(runInTransaction(database, work));
  }

  return {
    /** The newest version or delete marker, or the one with this ID. @throws S3Error InvalidArgument */
    find,

    /**
     * Makes an uploaded file the newest version. The race of parallel conditional writers is settled here: the look and
     * the write are one transaction, so exactly one of them finds nothing.
     *
     * @throws S3Error NoSuchBucket, PreconditionFailed
     */
    put(bucket: string, key: string, { blob, body, headers, onlyIfAbsent }: NewObject): ObjectVersion {
      change(() => {
        if (onlyIfAbsent && find(bucket, key)?.blob !== undefined) {
          throw new S3Error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
        }
        const loosened = add(bucket, key, { blob, body, headers });
        blobs.adopt(blob);
        return loosened;
      });
      return find(bucket, key) as ObjectVersion;
    },

    /** A delete without a version ID: gives the delete marker, where versioning has ever been on. */
    hide(bucket: string, key: string): ObjectVersion | undefined {
      const versioned = buckets.versioningOf(bucket) !== "";
      change(() => {
        if (versioned) return add(bucket, key, { blob: undefined, body: noBody, headers: {} });
        const version = find(bucket, key);
        return version ? takeOut(version) : [];
      });
      return versioned ? find(bucket, key) : undefined;
    },

    /** A delete of one version, for good; the next newest comes to light. Gives what was removed, if it was there. */
    remove(bucket: string, key: string, versionId: string): ObjectVersion | undefined {
      buckets.versioningOf(bucket);
      const version = find(bucket, key, versionId);
      if (version === undefined) return undefined;
      change(() => {
        const loosened = takeOut(version);
        const newest = find(bucket, key);
        if (version.isLatest && newest) setLatest.run(newest.seq);
        return loosened;
      });
      return version;
    },

    /** The objects that are there now, in key order, after `from` and before `end`. */
    *objects(bucket: string, from: Position, end: Buffer): Generator<ObjectVersion> {
      for (const row of selectObjects.iterate(bucket, from.key, end, from.key, from.seq)) yield readRow(row);
    },

    /** All versions and delete markers, in key order and newest first, after `from` and before `end`. */
    *versions(bucket: string, from: Position, end: Buffer): Generator<ObjectVersion> {
      for (const row of selectVersions.iterate(bucket, from.key, end, from.key, from.seq)) yield readRow(row);
    },
  };
}

/**
 * The number inside a version ID. That IDs grow with time lets a list go on behind a version that has been deleted since.
 *
 * @throws S3Error InvalidArgument
 */
export function readVersionId(versionId: string): number {
  const seq = /^[0-9a-f]{32}$/.test(versionId) ? Number.parseInt(versionId, 16) : Number.NaN;
  if (Number.isSafeInteger(seq)) return seq;
  throw new S3Error("InvalidArgument", "Invalid version id specified");
}

export function writeVersionId(seq: number): string {
  return seq.toString(16).padStart(32, "0");
}

function readRow(row: Record<string, SQLOutputValue>): ObjectVersion {
  const seq = Number(row["seq"]);
  return {
    key: Buffer.from(row["key"] as Uint8Array).toString(),
    seq,
    versionId: row["is_null"] === 1 ? "null" : writeVersionId(seq),
    isLatest: row["is_latest"] === 1,
    storedAt: Number(row["stored_at"]),
    blob: row["blob"] === null ? undefined : String(row["blob"]),
    body: {
      size: Number(row["size"]),
      md5: String(row["md5"]),
      checksum: {
        algorithm: row["checksum_algorithm"] as ReceivedBody["checksum"]["algorithm"],
        value: String(row["checksum"]),
      },
    },
    headers: JSON.parse(String(row["headers"])),
  };
}
