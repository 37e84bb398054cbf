import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { LogPosition } from "./change-log.ts";
import { describeUpdate, isWritten, type WriteCondition } from "./conditional-writes.ts";
import { ParkedEvent, SubscriberRecord, SubscriberSecrets } from "./subscriber-record.ts";
import { webhookKeys } from "./table-keys.ts";

export type WebhookTable = ReturnType<typeof openWebhookTable>;

/** What a write changes; what is given as undefined is removed. */
export type SubscriberChange = {
  readonly [Name in keyof Omit<SubscriberRecord, "id">]?: SubscriberRecord[Name] | undefined;
};

const held = (token: string): WriteCondition => ({
  expression: "#lease.#token = :held",
  names: { "#lease": "lease", "#token": "token" },
  values: { ":held": token },
});

/** The webhooks table: subscribers, their secrets, what is parked for them, and how far the event bus has been told. */
export function openWebhookTable(client: DynamoDBClient, TableName: string) {
  const describeChange = (id: string, change: SubscriberChange, condition: WriteCondition) =>
    describeUpdate({ TableName, key: webhookKeys.subscriber(id), change }, condition);

  const update = (id: string, change: SubscriberChange, condition: WriteCondition) =>
    isWritten(() => client.send(new UpdateItemCommand(describeChange(id, change, condition))));

  async function getItem(key: Record<string, string>) {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true }));
    return Item && unmarshall(Item);
  }

  async function queryAll(pk: string): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = [];
    let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
    do {
      const answer = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: marshall({ ":pk": pk }),
          ConsistentRead: true,
          ExclusiveStartKey,
        }),
      );
      items.push(...(answer.Items ?? []).map((item) => unmarshall(item)));
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }

  const putNew = (item: object) =>
    client.send(
      new PutItemCommand({
        TableName,
        Item: marshall(item, { removeUndefinedValues: true }),
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );

  return {
    async getSubscriber(id: string): Promise<SubscriberRecord | undefined> {
      const found = await getItem(webhookKeys.subscriber(id));
      return found && SubscriberRecord.parse(found);
    },

    async listSubscribers(): Promise<SubscriberRecord[]> {
      return (await queryAll(webhookKeys.subscriber("").pk)).map((item) => SubscriberRecord.parse(item));
    },

    /** With the secrets first: a subscriber that is there can be signed for. */
    async addSubscriber(subscriber: SubscriberRecord, secrets: SubscriberSecrets): Promise<void> {
      await putNew({ ...secrets, ...webhookKeys.secrets(subscriber.id) });
      await putNew({ ...subscriber, ...webhookKeys.subscriber(subscriber.id) });
    },

    /** Whoever works for the subscriber at this moment finds that it is gone, and writes nothing more. */
    async removeSubscriber(id: string): Promise<void> {
      const remove = (key: Record<string, string>) =>
        client.send(new DeleteItemCommand({ TableName, Key: marshall(key) }));
      await remove(webhookKeys.subscriber(id));
      await remove(webhookKeys.secrets(id));
      for (const { sk } of await queryAll(webhookKeys.parked(id, "").pk)) {
        await remove(webhookKeys.parked(id, String(sk)));
      }
    },

    /** A change by ops; false when there is no such subscriber. */
    changeSubscriber: (id: string, change: SubscriberChange) =>
      update(id, change, { expression: "attribute_exists(pk)" }),

    /**
     * Takes the work for a subscriber over, if nobody has since it was read.
     *
     * @returns false when somebody else was faster
     */
    claim: (seen: SubscriberRecord, lease: NonNullable<SubscriberRecord["lease"]>) =>
      update(
        seen.id,
        { lease, knockedAt: undefined },
        seen.lease === undefined
          ? { expression: "attribute_exists(pk) AND attribute_not_exists(#lease)", names: { "#lease": "lease" } }
          : held(seen.lease.token),
      ),

    /**
     * Leaves word for who works for the subscriber.
     *
     * @returns false when they have just stopped
     */
    knock: (id: string, token: string, knockedAt: string) => update(id, { knockedAt }, held(token)),

    /**
     * Writes how far the work has come; with it, what is parked and what of the parked is through, all or nothing.
     *
     * @returns false when somebody else has taken over, or ops has paused or removed the subscriber
     */
    save(
      id: string,
      token: string,
      {
        park = [],
        unpark = [],
        ...change
      }: SubscriberChange & { readonly park?: readonly ParkedEvent[]; readonly unpark?: readonly string[] },
    ): Promise<boolean> {
      const updating = describeChange(id, change, held(token));
      if (park.length + unpark.length === 0) return isWritten(() => client.send(new UpdateItemCommand(updating)));
      const puts = park.map((parked) => ({
        Put: {
          TableName,
          Item: marshall(
            { ...parked, ...webhookKeys.parked(id, parked.event.sequence) },
            { removeUndefinedValues: true },
          ),
        },
      }));
      const deletes = unpark.map((sequence) => ({
        Delete: { TableName, Key: marshall(webhookKeys.parked(id, sequence)) },
      }));
      return isWritten(() =>
        client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: updating }, ...puts, ...deletes] })),
      );
    },

    /**
     * Ends the work, unless somebody has knocked.
     *
     * @returns false when somebody has, or somebody else has taken over
     */
    release: (id: string, token: string, change: SubscriberChange = {}) => {
      const { expression, names, values } = held(token);
      return update(
        id,
        { ...change, lease: undefined },
        {
          expression: `${expression} AND attribute_not_exists(#knocked)`,
          names: { ...names, "#knocked": "knockedAt" },
          values: values ?? {},
        },
      );
    },

    /** What is parked for a subscriber, in the order of the log. */
    async listParked(id: string): Promise<ParkedEvent[]> {
      return (await queryAll(webhookKeys.parked(id, "").pk)).map((item) => ParkedEvent.parse(item));
    },

    async getSecrets(id: string): Promise<SubscriberSecrets | undefined> {
      const found = await getItem(webhookKeys.secrets(id));
      return found && SubscriberSecrets.parse(found);
    },

    /** @returns false when they are not as they were read any more */
    saveSecrets: (id: string, secrets: SubscriberSecrets, expectedVersion: number) =>
      isWritten(() =>
        client.send(
          new PutItemCommand({
            TableName,
            Item: marshall({ ...secrets, ...webhookKeys.secrets(id) }),
            ConditionExpression: "version = :version",
            ExpressionAttributeValues: marshall({ ":version": expectedVersion }),
          }),
        ),
      ),

    async readBusCursor(): Promise<LogPosition | undefined> {
      const found = await getItem(webhookKeys.busCursor());
      return found && { entry: Number(found["entry"]), read: Number(found["read"]) };
    },

    /** @returns false when somebody else has moved it */
    moveBusCursor: (from: LogPosition | undefined, to: LogPosition) =>
      isWritten(() =>
        client.send(
          new PutItemCommand({
            TableName,
            Item: marshall({ ...webhookKeys.busCursor(), ...to }),
            ...(from === undefined
              ? { ConditionExpression: "attribute_not_exists(pk)" }
              : {
                  ConditionExpression: "entry = :entry AND #read = :read",
                  ExpressionAttributeNames: { "#read": "read" },
                  ExpressionAttributeValues: marshall({ ":entry": from.entry, ":read": from.read }),
                }),
          }),
        ),
      ),
  };
}
