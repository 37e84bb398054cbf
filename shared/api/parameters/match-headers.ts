import * as z from "zod";

export const matchHeaders = z.object({
  "if-match": z.string().optional().describe("Only if the article still has this ETag"),
});
