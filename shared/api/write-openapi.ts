import { writeFileSync } from "node:fs";
import { describeApi } from "./describe-api.ts";

/** `npm run openapi`: writes the document that is served; a test fails when it no longer fits the operations. */
writeFileSync(new URL("openapi.json", import.meta.url), `${JSON.stringify(describeApi(), null, 2)}\n`);
