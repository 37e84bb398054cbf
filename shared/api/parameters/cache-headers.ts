import * as z from "zod";

export const cacheHeaders = z.object({
  "if-none-match": z.string().optional().describe("ETags that the reader already has"),
});
