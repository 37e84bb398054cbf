import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { partnerKeys } from "./table-keys.ts";

/** A subscription to a topic of a partner's hub, which delivers to a callback of ours. */
export const SubscriptionRecord = z.object({
  /** Part of the callback's address, and not to be guessed: the hub alone knows it. */
  id: z.string(),
  partner: z.string(),
  topic: z.string(),
  hub: z.string(),
  /** What the hub signs deliveries with. It stands here as it is: a hash could not check a signature. */
  secret: z.string(),
  /** What we have asked of the hub last; it may confirm nothing else. */
  wanted: z.enum(["subscribe", "unsubscribe"]),
  createdAt: z.string(),
  confirmedAt: z.string().optional(),
  leaseEndsAt: z.string().optional(),
  endedAt: z.string().optional(),
  deniedAt: z.string().optional(),
  deniedReason: z.string().optional(),
});
export type SubscriptionRecord = z.infer<typeof SubscriptionRecord>;

/** What the hub has said of a subscription. */
export type HubNotice =
  | { readonly mode: "subscribe"; readonly at: string; readonly leaseEndsAt: string }
  | { readonly mode: "unsubscribe"; readonly at: string }
  | { readonly mode: "denied"; readonly at: string; readonly reason: string };

export type SubscriptionTable = ReturnType<typeof openSubscriptionTable>;

/** The subscriptions, in the partners table. */
export function openSubscriptionTable(client: DynamoDBClient, TableName: string) {
  async function update(id: string, expression: string, condition: string, values: Record<string, string>) {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: marshall(partnerKeys.subscription(id)),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: marshall(values),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    async getSubscription(id: string): Promise<SubscriptionRecord | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: marshall(partnerKeys.subscription(id)), ConsistentRead: true }),
      );
      return Item && SubscriptionRecord.parse(unmarshall(Item));
    },

    /** Keeps what the hub says, if it is about the topic, and what we have asked for; false where it is not. */
    noteFromHub(id: string, topic: string, notice: HubNotice): Promise<boolean> {
      const { mode, at } = notice;
      switch (mode) {
        case "subscribe":
          return update(
            id,
            "SET confirmedAt = :at, leaseEndsAt = :leaseEndsAt REMOVE deniedAt, deniedReason",
            "topic = :topic AND wanted = :mode",
            { ":topic": topic, ":mode": mode, ":at": at, ":leaseEndsAt": notice.leaseEndsAt },
          );
        case "unsubscribe":
          return update(id, "SET endedAt = :at REMOVE leaseEndsAt", "topic = :topic AND wanted = :mode", {
            ":topic": topic,
            ":mode": mode,
            ":at": at,
          });
        case "denied":
          return update(id, "SET deniedAt = :at, deniedReason = :reason REMOVE leaseEndsAt", "topic = :topic", {
            ":topic": topic,
            ":at": at,
            ":reason": notice.reason,
          });
      }
    },

    async addSubscription(subscription: SubscriptionRecord): Promise<void> {
      await client.send(
        new PutItemCommand({
          TableName,
          Item: marshall(
            { ...subscription, ...partnerKeys.subscription(subscription.id) },
            { removeUndefinedValues: true },
          ),
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      );
    },

    /** Says what is asked of the hub next; false where there is no such subscription. */
    wantSubscription(id: string, wanted: SubscriptionRecord["wanted"]): Promise<boolean> {
      return update(id, "SET wanted = :wanted", "attribute_exists(pk)", { ":wanted": wanted });
    },

    async removeSubscription(id: string): Promise<void> {
      await client.send(new DeleteItemCommand({ TableName, Key: marshall(partnerKeys.subscription(id)) }));
    },

    async listSubscriptions(): Promise<SubscriptionRecord[]> {
      const subscriptions: SubscriptionRecord[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: marshall({ ":pk": partnerKeys.subscription("").pk }),
            ...(start && { ExclusiveStartKey: marshall(start) }),
          }),
        );
        for (const item of Items) subscriptions.push(SubscriptionRecord.parse(unmarshall(item)));
        start = LastEvaluatedKey && unmarshall(LastEvaluatedKey);
      } while (start !== undefined);
      return subscriptions;
    },
  };
}
