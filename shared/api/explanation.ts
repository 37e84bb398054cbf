import * as z from "zod";

/** How a page of the list was read. */
export const Explanation = z
  .object({
    index: z.enum(["byDay", "byArrival", "bySource", "byPartner", "members", "search"]),
    residual: z.array(z.string()).describe("Filters that the index does not answer: each entry is looked at for these"),
    evaluated: z.int().describe("Entries that were looked at, at most 500 for a page"),
    readUnits: z.number().describe("DynamoDB's read units, of all requests"),
    requests: z.array(
      z.object({
        operation: z.string(),
        partition: z.string().optional(),
        items: z.int(),
        readUnits: z.number(),
      }),
    ),
  })
  .meta({ id: "Explanation" });
export type Explanation = z.infer<typeof Explanation>;
