import * as z from "zod";

export const subscriptionParams = z.strictObject({
  subscription: z.string().regex(/^[0-9a-f]{32}$/, "must be the ID of a subscription"),
});
