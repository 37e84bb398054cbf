import { type DynamoDBClient, PutItemCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { partnerKeys } from "./table-keys.ts";

/** That something was erased: who did it, when and why, and how much it was. Nothing of what it said. */
export const ErasureRecord = z.object({
  kind: z.enum(["article", "partner"]),
  /** The article's ID, or the partner's name. */
  name: z.string(),
  by: z.string(),
  reason: z.string(),
  startedAt: z.string(),
  /** Runs that took it up again, since it had not come to its end. */
  repeats: z.array(z.object({ by: z.string(), reason: z.string(), startedAt: z.string() })).optional(),
  /** Since when nobody could send with the partner's keys but who had just been let through. */
  closedAt: z.string().optional(),
  /** Absent while there may be something left. */
  finishedAt: z.string().optional(),
  /** Over all runs, by place. */
  erased: z.record(z.string(), z.int()).optional(),
  /** What was there when it was last looked, by place. */
  left: z.record(z.string(), z.int()).optional(),
});
export type ErasureRecord = z.infer<typeof ErasureRecord>;

export type ErasureLog = ReturnType<typeof openErasureLog>;

/** What was erased, in the partners table: the one place where it stays. */
export function openErasureLog(client: DynamoDBClient, TableName: string) {
  return {
    /** Erasures of an article or a partner, the oldest first; usually one. */
    async listErasures(kind: ErasureRecord["kind"], name: string): Promise<ErasureRecord[]> {
      const { pk, sk } = partnerKeys.erasure(kind, name, "");
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
          ExpressionAttributeValues: marshall({ ":pk": pk, ":sk": sk }),
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => ErasureRecord.parse(unmarshall(item)));
    },

    /** All erasures, by article and partner. */
    async listAllErasures(): Promise<ErasureRecord[]> {
      const found: ErasureRecord[] = [];
      let ExclusiveStartKey: QueryCommandInput["ExclusiveStartKey"];
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: marshall({ ":pk": partnerKeys.erasure("article", "", "").pk }),
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        );
        found.push(...(page.Items ?? []).map((item) => ErasureRecord.parse(unmarshall(item))));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    },

    async saveErasure(record: ErasureRecord): Promise<void> {
      const { kind, name, startedAt } = record;
      await client.send(
        new PutItemCommand({
          TableName,
          Item: marshall({ ...record, ...partnerKeys.erasure(kind, name, startedAt) }, { removeUndefinedValues: true }),
        }),
      );
    },
  };
}
