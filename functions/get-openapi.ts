import openapi from "../shared/api/openapi.json" with { type: "json" };
import { getOpenapi } from "../shared/api/operations/get-openapi.ts";
import { httpFunction } from "./http/http-function.ts";

export const handler = httpFunction(getOpenapi, async () => ({ status: 200, json: openapi }));
