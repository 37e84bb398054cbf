import * as z from "zod";
import { ImportRequest, NewImport } from "../import.ts";
import { defineOperation } from "../operation.ts";

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
