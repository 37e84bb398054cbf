import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { partnerKeys } from "./table-keys.ts";

/** A part of a partner's quota that an instance takes for itself. */
export interface QuotaLease {
  /** `2026-11-23`, UTC. */
  readonly day: string;
  /** The window within the day, by the second at which it begins. */
  readonly windowStart: number;
  readonly windowSeconds: number;
  /** So many articles of the window, and of the day: fewer, where some of the day's are left from an earlier window. */
  readonly windowCount: number;
  readonly dayCount: number;
  readonly windowLimit: number;
  readonly dayLimit: number;
}

/** What all instances together have taken: with this lease, or without it where it did not fit any more. */
export interface QuotaStanding {
  readonly granted: boolean;
  readonly windowTaken: number;
  readonly dayTaken: number;
}

export type QuotaTable = ReturnType<typeof openQuotaTable>;

/** Longer, and a submission waits for its accounting. */
const defaultTimeoutMs = 2000;

/** Nobody asks for a day that is over by more than this; the clocks of two instances do not differ by as much. */
const keptDays = 3;

/** Windows whose counters are cleared away; the one before the current may still be that of a clock that is late. */
const clearedWindows = 16;

/** What the partners have used up, in the partners table: an item for each partner and day. */
export function openQuotaTable(client: DynamoDBClient, tableName: string, options: { timeoutMs?: number } = {}) {
  const { timeoutMs = defaultTimeoutMs } = options;
  return {
    /**
     * Takes a part of the quota, whole or not at all, in one write. Any number of instances may do so at once: nothing is
     * read before, and the sum is checked by the write itself, so that no two can be granted the same part.
     *
     * @throws Error when the table does not answer
     */
    async lease(partner: string, lease: QuotaLease): Promise<QuotaStanding> {
      const { day, windowStart, windowSeconds, windowCount, dayCount } = lease;
      const current = windowName(windowStart);
      const cleared = Array.from({ length: clearedWindows }, (_, index) => windowStart - (index + 2) * windowSeconds)
        .filter((start) => start >= 0)
        .map(windowName);
      const remove = cleared.length === 0 ? "" : ` REMOVE ${cleared.join(", ")}`;
      try {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: marshall(partnerKeys.quota(partner, day)),
            UpdateExpression: `SET ${current} = if_not_exists(${current}, :none) + :windowCount, taken = if_not_exists(taken, :none) + :dayCount, expiresAt = :expiresAt${remove}`,
            ConditionExpression: `(attribute_not_exists(${current}) OR ${current} <= :windowRoom) AND (attribute_not_exists(taken) OR taken <= :dayRoom)`,
            ExpressionAttributeValues: marshall({
              ":none": 0,
              ":windowCount": windowCount,
              ":dayCount": dayCount,
              ":windowRoom": lease.windowLimit - windowCount,
              ":dayRoom": lease.dayLimit - dayCount,
              ":expiresAt": Date.parse(day) / 1000 + keptDays * 86_400,
            }),
            ReturnValues: "UPDATED_NEW",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
          { abortSignal: AbortSignal.timeout(timeoutMs) },
        );
        return describeStanding(true, current, Attributes);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return describeStanding(false, current, error.Item);
      }
    },
  };
}

/** A counter for each window, so that an instance whose clock is late counts in its own. */
function windowName(start: number): string {
  return `w${start}`;
}

function describeStanding(granted: boolean, current: string, item: Parameters<typeof unmarshall>[0] = {}) {
  const counters = unmarshall(item);
  return { granted, windowTaken: Number(counters[current] ?? 0), dayTaken: Number(counters["taken"] ?? 0) };
}
