import { randomBytes } from "node:crypto";
import { type ImportRequest, importLimits, ImportRequest as requestSchema } from "../shared/api/import.ts";
import { postImport } from "../shared/api/operations/post-import.ts";
import { ProblemError } from "../shared/api/problem.ts";
import { refuseFaults } from "../shared/api/refuse-faults.ts";
import { itemMediaTypes } from "../shared/formats/item-media-types.ts";
import { parseJsonText } from "../shared/formats/parse-json-text.ts";
import { describeImport } from "../shared/imports/describe-import.ts";
import { connectDynamoDb, connectS3ToSign } from "../shared/stores/aws-clients.ts";
import { openImportBucket } from "../shared/stores/import-bucket.ts";
import type { ImportRecord } from "../shared/stores/import-record.ts";
import { openImportTable } from "../shared/stores/import-table.ts";
import { openPartnerTable } from "../shared/stores/partner-table.ts";
import { httpFunction } from "./http/http-function.ts";
import { parseMimeType, readBody } from "./http/read-body.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const imports = openImportTable(dynamoDb, readSetting("IMPORTS_TABLE"));
const bucket = openImportBucket(connectS3ToSign(), readSetting("IMPORTS_BUCKET"));

export const handler = httpFunction(
  postImport,
  async (_request, { partner, event }) => {
    const body = readBody(event, Object.keys(postImport.body));
    const announced = requestSchema.safeParse(parseJsonText(body.bytes));
    if (!announced.success) throw refuseFaults(announced.error, "The body");
    const id = randomBytes(16).toString("hex");
    const now = new Date();
    const record = makeRecord(id, partner, announced.data, now);
    const { contentLength } = announced.data;
    const upload = await bucket.presignUpload(id, { contentLength, seconds: importLimits.uploadSeconds });
    await imports.createImport(record);
    return {
      status: 201,
      headers: { Location: `/v1/imports/${id}` },
      json: {
        ...describeImport(record, now),
        upload: { method: "PUT", ...upload, expiresAt: record.uploadExpiresAt },
      },
      log: { importId: id },
    };
  },
  { keys: openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE")) },
);

function makeRecord(id: string, partner: string, announced: ImportRequest, now: Date): ImportRecord {
  const { contentEncoding, contentLength } = announced;
  return {
    id,
    partner,
    ...readContentType(announced.contentType),
    contentEncoding,
    contentLength,
    createdAt: now.toISOString(),
    uploadExpiresAt: new Date(now.getTime() + importLimits.uploadSeconds * 1000).toISOString(),
    expiresAt: Math.floor(now.getTime() / 1000) + importLimits.keptDays * 86_400,
    state: "awaiting-upload",
    position: { items: 0, lines: 0, bytes: 0 },
    counts: { created: 0, updated: 0, unchanged: 0, duplicate: 0, retracted: 0, refused: 0, deferred: 0 },
    keptFailures: 0,
  };
}

/** @throws ProblemError when nobody could read the file */
function readContentType(text: string): { readonly mediaType: string; readonly charset?: string | undefined } {
  const type = parseMimeType(text);
  if (type !== undefined && itemMediaTypes.includes(type.essence)) {
    return { mediaType: type.essence, charset: type.params.get("charset") ?? undefined };
  }
  const detail = `must be one of ${itemMediaTypes.join(", ")}`;
  throw new ProblemError("invalid-submission", `/contentType ${detail}. Nothing was stored.`, {
    errors: [{ pointer: "/contentType", detail }],
  });
}
