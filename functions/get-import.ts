import { getImport } from "../shared/api/operations/get-import.ts";
import { describeImport } from "../shared/imports/describe-import.ts";
import { connectDynamoDb } from "../shared/stores/aws-clients.ts";
import { openImportTable } from "../shared/stores/import-table.ts";
import { openPartnerTable } from "../shared/stores/partner-table.ts";
import { findImport } from "./http/find-import.ts";
import { httpFunction } from "./http/http-function.ts";
import { readSetting } from "./http/read-setting.ts";

const dynamoDb = connectDynamoDb();
const imports = openImportTable(dynamoDb, readSetting("IMPORTS_TABLE"));

export const handler = httpFunction(
  getImport,
  async ({ params }, { partner }) => {
    const now = new Date();
    const record = await findImport(imports, params.id, { partner, now });
    return { status: 200, json: describeImport(record, now), log: { importId: params.id } };
  },
  { keys: openPartnerTable(dynamoDb, readSetting("PARTNERS_TABLE")) },
);
