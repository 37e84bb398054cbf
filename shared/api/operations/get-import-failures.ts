import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { importParams } from "../parameters/import-params.ts";

export const getImportFailures = defineOperation({
  id: "get-import-failures",
  method: "GET",
  path: "/v1/imports/{id}/failures",
  summary: "Get what failed of an import, to fix and send again",
  description:
    "Each line is the item's answer as in a batch, with the item itself as `item`: JSON as JSON, anything else as text. Items of more than 256 KB, and those that could not be taken out of their document, are named by their place alone. An item with the status 500 met a fault of ours: until the import is finished we try it again ourselves, and it goes from here when it is in. Where its article was changed meanwhile, that is left as it is, and the item is told with 412.",
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
