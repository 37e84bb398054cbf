import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { scanTable } from "./scan-table.ts";
import { articleKeys, partitionOf } from "./table-keys.ts";

export type ErasureTable = ReturnType<typeof openErasureTable>;

interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What stays of the item of an erased article: who it was, not what it said. Keys of indexes are no more than that. */
const keptAttributes: ReadonlySet<string> = new Set([
  "pk",
  "sk",
  "partner",
  "revision",
  "version",
  "ingestedAt",
  "modifiedAt",
  "timelineKey",
  "clusterId",
  "listedAt",
  "arrivalKey",
  "byDay",
  "byArrival",
  "byPartner",
]);

/** A table as who erases sees it: item by item, whatever they are. */
export function openErasureTable(client: DynamoDBClient, TableName: string) {
  async function isDone(write: Promise<unknown>): Promise<boolean> {
    try {
      await write;
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    scan: () => scanTable(client, TableName),

    async remove({ pk, sk }: Key): Promise<void> {
      await client.send(new DeleteItemCommand({ TableName, Key: marshall({ pk, sk }) }));
    },

    /** Puts another value in the place of an attribute, if the item is still there. */
    replace: ({ pk, sk }: Key, name: string, value: unknown) =>
      isDone(
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: marshall({ pk, sk }),
            UpdateExpression: "SET #name = :value",
            ConditionExpression: "attribute_exists(pk)",
            ExpressionAttributeNames: { "#name": name },
            ExpressionAttributeValues: marshall({ ":value": value }, { removeUndefinedValues: true }),
          }),
        ),
      ),

    /** Removes a claim, if it still is the article's. */
    removeClaim: ({ pk, sk }: Key, articleId: string) =>
      isDone(
        client.send(
          new DeleteItemCommand({
            TableName,
            Key: marshall({ pk, sk }),
            ConditionExpression: "articleId = :articleId",
            ExpressionAttributeValues: marshall({ ":articleId": articleId }),
          }),
        ),
      ),

    /** Takes names of sketches out of a candidate key; one that names none any more goes. Writers may add to it meanwhile. */
    async removeSketchIds({ pk, sk }: Key, isGone: (sketchId: string) => boolean): Promise<void> {
      for (;;) {
        const { Item } = await client.send(
          new GetItemCommand({ TableName, Key: marshall({ pk, sk }), ConsistentRead: true }),
        );
        const before = (Item && unmarshall(Item)["sketchIds"]) as string[] | undefined;
        if (before === undefined || !before.some(isGone)) return;
        const after = before.filter((sketchId) => !isGone(sketchId));
        const stands = {
          TableName,
          Key: marshall({ pk, sk }),
          ConditionExpression: "sketchIds = :before",
        };
        const write =
          after.length === 0
            ? client.send(
                new DeleteItemCommand({ ...stands, ExpressionAttributeValues: marshall({ ":before": before }) }),
              )
            : client.send(
                new UpdateItemCommand({
                  ...stands,
                  UpdateExpression: "SET sketchIds = :after",
                  ExpressionAttributeValues: marshall({ ":before": before, ":after": after }),
                }),
              );
        if (await isDone(write)) return;
      }
    },

    /**
     * Takes out of a tombstone whatever says more than that there was an article, and marks it as erased.
     *
     * @returns false when it is no tombstone, or somebody else has just changed it
     */
    async strip(id: string, erasedAt: string): Promise<boolean> {
      const Key = marshall(articleKeys.article(id));
      const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      if (Item === undefined) return true;
      const remove = Object.keys(Item).filter((name) => !keptAttributes.has(name) && name !== "erasedAt");
      return isDone(
        client.send(
          new UpdateItemCommand({
            TableName,
            Key,
            UpdateExpression: `SET erasedAt = :at, version = version + :one${remove.length === 0 ? "" : ` REMOVE ${remove.map((_, index) => `#a${index}`).join(", ")}`}`,
            ConditionExpression: "begins_with(byPartner, :retracted) AND version = :version",
            ...(remove.length > 0 && {
              ExpressionAttributeNames: Object.fromEntries(remove.map((name, index) => [`#a${index}`, name])),
            }),
            ExpressionAttributeValues: marshall({
              ":at": erasedAt,
              ":one": 1,
              ":retracted": partitionOf("retracted", ""),
              ":version": unmarshall(Item)["version"],
            }),
          }),
        ),
      );
    },
  };
}
