import * as z from "zod";
import { Import } from "../import.ts";
import { defineOperation } from "../operation.ts";
import { importParams } from "../parameters/import-params.ts";

export const getImport = defineOperation({
  id: "get-import",
  method: "GET",
  path: "/v1/imports/{id}",
  summary: "Tell how far an import is",
  scope: "submit",
  params: importParams,
  query: z.strictObject({}),
  headers: z.object({ "if-none-match": z.string().optional().describe("ETags that the reader already has") }),
  responses: {
    200: { description: "How far it is", schema: Import, headers: { ETag: "Version of what is answered" } },
    304: { description: "Nothing has changed", headers: { ETag: "Version of what is answered" } },
  },
});
