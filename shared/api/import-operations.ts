import * as z from "zod";
import { Import, ImportId, ImportRequest, NewImport } from "./import.ts";
import { defineOperation } from "./operation.ts";

const importParams = z.strictObject({ id: ImportId });

export const postImport = defineOperation({
  id: "post-import",
  method: "POST",
  path: "/v1/imports",
  summary: "Start an import of a large file",
  description:
    "Answers where to upload the file, which has to have exactly as many bytes as announced. When it has come, it is worked off in the background. NDJSON, JSON arrays and XML feeds may have 1 GB as uploaded and 4 GB unpacked, anything else 32 MB. A single item may have 8 MB.",
  scope: "submit",
  params: z.strictObject({}),
  query: z.strictObject({}),
  headers: z.object({}),
  body: { "application/json": ImportRequest },
  responses: {
    201: {
      description: "Ready for the upload",
      schema: NewImport,
      headers: { Location: "Where to ask how far it is" },
    },
  },
});

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

export const getImportFailures = defineOperation({
  id: "get-import-failures",
  method: "GET",
  path: "/v1/imports/{id}/failures",
  summary: "Get what failed of an import, to fix and send again",
  description:
    "Each line is the item's answer as in a batch, with the item itself as `item`: JSON as JSON, anything else as text. Items of more than 256 KB, and those that could not be taken out of their document, are named by their place alone.",
  scope: "submit",
  params: importParams,
  query: z.strictObject({
    after: z.coerce.number().int().min(-1).max(9_999_999_998).default(-1).describe("Only items behind this index"),
  }),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page of NDJSON",
      mediaTypes: ["application/x-ndjson"],
      headers: { Link: '`rel="next"`: the address of the next page' },
    },
  },
});
