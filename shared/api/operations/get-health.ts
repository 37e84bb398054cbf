import * as z from "zod";
import { defineOperation } from "../operation.ts";

export const getHealth = defineOperation({
  id: "get-health",
  method: "GET",
  path: "/healthz",
  summary: "Tell whether the service answers",
  params: z.strictObject({}),
  query: z.strictObject({}),
  headers: z.object({}),
  responses: { 200: { description: "It does", schema: z.object({ status: z.literal("ok") }) } },
});
