import * as z from "zod";
import { defineOperation } from "../operation.ts";

export const getOpenapi = defineOperation({
  id: "get-openapi",
  method: "GET",
  path: "/v1/openapi.json",
  summary: "Get this description",
  params: z.strictObject({}),
  query: z.strictObject({}),
  headers: z.object({}),
  responses: { 200: { description: "An OpenAPI 3.1 document", schema: z.looseObject({ openapi: z.string() }) } },
});
