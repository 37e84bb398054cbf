import { getImportFailures } from "../shared/api/operations/get-import-failures.ts";
import { connectDynamoDb, connectS3 } from "../shared/stores/aws-clients.ts";
import { openImportBucket } from "../shared/stores/import-bucket.ts";
import { openImportTable } from "../shared/stores/import-table.ts";
import { openPartnerTable } from "../shared/stores/partner-table.ts";
import { findImport } from "./http/find-import.ts";
import { httpFunction } from "./http/http-function.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const imports = openImportTable(dynamoDb, readSetting("IMPORTS_TABLE"));
const bucket = openImportBucket(connectS3(), readSetting("IMPORTS_BUCKET"));

/** A page ends when it has this much: with what JSON and the gateway make of it, it still fits into an answer. */
const maxPageBytes = 1024 * 1024;
const maxParts = 50;

export const handler = httpFunction(
  getImportFailures,
  async ({ params, query }, { partner }) => {
    await findImport(imports, params.id, { partner, now: new Date() });
    const parts = await imports.listFailureParts(params.id, query.after, maxParts);
    let bytes = 0;
    const page = parts.filter((part, place) => {
      bytes += part.bytes;
      return place === 0 || bytes <= maxPageBytes;
    });
    const texts = await Promise.all(page.map(({ objectKey }) => bucket.getFailures(objectKey)));
    const last = page.at(-1);
    const hasMore = last !== undefined && (page.length < parts.length || parts.length === maxParts);
    return {
      status: 200,
      headers: hasMore ? { Link: `</v1/imports/${params.id}/failures?after=${last.lastIndex}>; rel="next"` } : {},
      bytes: Buffer.concat(texts).toString(),
      contentType: "application/x-ndjson",
      log: { importId: params.id },
    };
  },
  { keys: openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE")) },
);
