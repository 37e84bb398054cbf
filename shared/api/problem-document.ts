import * as z from "zod";

/** One place in the request that is at fault: a JSON Pointer into the body, or the name of a parameter or header. */
export const ProblemPointer = z
  .object({
    pointer: z.string().describe("JSON Pointer into the body, `query:NAME`, `path:NAME` or `header:NAME`"),
    detail: z.string(),
  })
  .meta({ id: "ProblemPointer" });
export type ProblemPointer = z.infer<typeof ProblemPointer>;

/** An error answer after RFC 9457. */
export const Problem = z
  .object({
    type: z.string().describe("Stable name of the kind of problem"),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What happened here, and what to do next"),
    instance: z.string().describe("`urn:request:` and the request ID, which is also in the log"),
    errors: z.array(ProblemPointer).optional(),
    retryAfterSeconds: z.int().min(0).optional().describe("As `Retry-After`: send the same again after so long"),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;
