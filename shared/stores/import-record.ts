import * as z from "zod";
import { OutcomeCounts } from "../api/item-answer.ts";
import { problemKinds } from "../api/problem.ts";
import { ProblemPointer } from "../api/problem-document.ts";

/** Who works on an import. */
export const ImportLease = z.object({
  /** Of one attempt; every write of the attempt is on condition that it still stands. */
  token: z.string(),
  /** The message that the attempt came from. When it comes again, the attempt is over, whatever the lease says. */
  messageId: z.string(),
  /** When the function ends at the latest. */
  expiresAt: z.string(),
  /** How often the message has come by now. */
  attempt: z.int(),
});
export type ImportLease = z.infer<typeof ImportLease>;

const ImportPosition = z.object({ items: z.int(), lines: z.int(), bytes: z.int() });

/** An item that failed by a fault of ours. It is told as a failure, and tried again when the file has been read to its end. */
export const ItemFault = z.object({
  index: z.int(),
  /** A checkpoint before it, from where it is read again. */
  from: ImportPosition,
  /** A hash of what tells its article from others; absent where only its text does. */
  address: z.string().optional(),
  /** An article that was changed after this is not changed back by it. */
  failedAt: z.string(),
  /** Whether it stands among the failures that are kept, in a part of its own. */
  isKept: z.boolean(),
  /** When it was tried again, by an attempt that did not live to count it: its article may be there. */
  triedAt: z.string().optional(),
});
export type ItemFault = z.infer<typeof ItemFault>;

/** An import: what was announced, and the checkpoint from which the work goes on. */
export const ImportRecord = z.object({
  id: z.string(),
  partner: z.string(),
  mediaType: z.string(),
  charset: z.string().optional(),
  contentEncoding: z.literal("gzip").optional(),
  contentLength: z.int(),
  createdAt: z.string(),
  uploadExpiresAt: z.string(),
  /** Seconds since 1970. DynamoDB deletes late, so what has expired is passed over here. */
  expiresAt: z.int(),
  state: z.enum(["awaiting-upload", "running", "completed", "failed"]),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
  /** All before this is counted, and what of it failed is kept. */
  position: ImportPosition,
  /** By the clock of who wrote the position; what was taken in later was not counted. */
  checkpointAt: z.string().optional(),
  counts: OutcomeCounts,
  keptFailures: z.int(),
  /** In the order of the file; while there are any, the import is not finished. */
  faults: z.array(ItemFault).optional(),
  /** Absent while nobody works on it; one that stays behind tells that an attempt ended in the middle. */
  lease: ImportLease.optional(),
  /** Why the last attempt ended, where it was our fault. */
  fault: z.object({ at: z.string(), attempt: z.int(), message: z.string() }).optional(),
  /** Why the file cannot be read any further. */
  problem: z
    .object({
      kind: z.enum(Object.keys(problemKinds) as [keyof typeof problemKinds]),
      detail: z.string(),
      errors: z.array(ProblemPointer),
    })
    .optional(),
});
export type ImportRecord = z.infer<typeof ImportRecord>;

/** Failures of one stretch of items: where they lie in the bucket. */
export const FailurePart = z.object({
  /** Of its last item. */
  lastIndex: z.int(),
  objectKey: z.string(),
  bytes: z.int(),
});
export type FailurePart = z.infer<typeof FailurePart>;
