import * as z from "zod";
import { defineOperation } from "../operation.ts";
import { cacheHeaders } from "../parameters/cache-headers.ts";
import { etag } from "../response-headers.ts";

export const getDesk = defineOperation({
  id: "get-desk",
  method: "GET",
  path: "/",
  summary: "Get the desk: a page to read what came in",
  description:
    "It asks for a key with the scope `read`. Its query says what it shows, and is read in the browser alone.",
  params: z.strictObject({}),
  query: z.looseObject({}),
  headers: cacheHeaders,
  responses: {
    200: { description: "The page", mediaTypes: ["text/html"], headers: etag },
    304: { description: "Nothing has changed", headers: etag },
  },
});
