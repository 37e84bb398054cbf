import { getHealth } from "../shared/api/operations/get-health.ts";
import { httpFunction } from "./http/http-function.ts";

export const handler = httpFunction(getHealth, async () => ({ status: 200, json: { status: "ok" } }));
