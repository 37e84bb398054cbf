import { createBucket } from "./create-bucket.ts";
import { deleteBucket } from "./delete-bucket.ts";
import { deleteObject } from "./delete-object.ts";
import { deleteObjects } from "./delete-objects.ts";
import { getBucketVersioning } from "./get-bucket-versioning.ts";
import { getObject } from "./get-object.ts";
import { headBucket } from "./head-bucket.ts";
import { headObject } from "./head-object.ts";
import { listObjectVersions } from "./list-object-versions.ts";
import { listObjectsV2 } from "./list-objects-v2.ts";
import type { Operation } from "./operation.ts";
import { putBucketVersioning } from "./put-bucket-versioning.ts";
import { putObject } from "./put-object.ts";

/** All that this server can do. */
export const operations: readonly Operation[] = [
  createBucket,
  headBucket,
  deleteBucket,
  putBucketVersioning,
  getBucketVersioning,
  listObjectsV2,
  listObjectVersions,
  putObject,
  getObject,
  headObject,
  deleteObject,
  deleteObjects,
];
