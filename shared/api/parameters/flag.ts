import * as z from "zod";

/** `true` or `false` in a query; absent, it is false. */
export const flag = z
  .stringbool({ truthy: ["true"], falsy: ["false"], case: "sensitive" })
  .default(false)
  .meta({ override: { type: "string", enum: ["true", "false"], default: "false" } });
