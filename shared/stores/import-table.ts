import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  type Update,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { describeUpdate, isWritten, type WriteCondition } from "./conditional-writes.ts";
import { FailurePart, type ImportLease, ImportRecord } from "./import-record.ts";
import { importKeys, openImportsIndex } from "./table-keys.ts";

export type ImportTable = ReturnType<typeof openImportTable>;

/** What a write of the worker changes; what is given as undefined is removed. */
export type ImportChange = {
  readonly [Name in keyof ImportRecord]?: ImportRecord[Name] | undefined;
};

/** What changes with it, or not at all. */
export interface PartChanges {
  /** Where failures lie now. */
  readonly parts?: readonly FailurePart[] | undefined;
  /** Of the part whose failures are none any more: its last index. */
  readonly dropped?: number | undefined;
}

/** The imports table: each import with its checkpoint, and where its failures lie. */
export function openImportTable(client: DynamoDBClient, tableName: string) {
  function describeChange(id: string, change: ImportChange, condition: WriteCondition): Update {
    // The sparse index holds what is being worked on.
    const open = change.state === undefined ? {} : { open: change.state === "running" ? "open" : undefined };
    return describeUpdate(
      { TableName: tableName, key: importKeys.import(id), change: { ...change, ...open } },
      condition,
    );
  }

  return {
    async createImport(record: ImportRecord): Promise<void> {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: marshall({ ...record, ...importKeys.import(record.id) }, { removeUndefinedValues: true }),
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      );
    },

    async getImport(id: string): Promise<ImportRecord | undefined> {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tableName, Key: marshall(importKeys.import(id)), ConsistentRead: true }),
      );
      return Item && ImportRecord.parse(unmarshall(Item));
    },

    /**
     * Takes an import over, if it still is as it was read.
     *
     * @returns false when somebody else was faster
     */
    claim: (seen: ImportRecord, change: ImportChange & { readonly lease: ImportLease }) =>
      isWritten(() => {
        const names = { "#state": "state", "#position": "position", "#items": "items", "#lease": "lease" };
        const stands = "#state = :seenState AND #position.#items = :seenItems";
        const values = { ":seen": seen.lease?.token, ":seenState": seen.state, ":seenItems": seen.position.items };
        const condition =
          seen.lease === undefined
            ? { expression: `attribute_not_exists(#lease) AND ${stands}`, names, values }
            : { expression: `#lease.#token = :seen AND ${stands}`, names: { ...names, "#token": "token" }, values };
        return client.send(new UpdateItemCommand(describeChange(seen.id, change, condition)));
      }),

    /**
     * Writes what an attempt has done, whole or not at all: its counts, its position and where its failures lie.
     *
     * @returns false when somebody else has taken over
     */
    save: (id: string, token: string, { parts = [], dropped, ...change }: ImportChange & PartChanges) =>
      isWritten(() => {
        const update = describeChange(id, change, {
          expression: "#lease.#token = :held",
          names: { "#lease": "lease", "#token": "token" },
          values: { ":held": token },
        });
        if (parts.length === 0 && dropped === undefined) return client.send(new UpdateItemCommand(update));
        const puts = parts.map((part) => ({
          Put: {
            TableName: tableName,
            Item: marshall(
              { ...part, ...importKeys.failures(id, part.lastIndex), expiresAt: change.expiresAt },
              { removeUndefinedValues: true },
            ),
          },
        }));
        const deletes =
          dropped === undefined
            ? []
            : [{ Delete: { TableName: tableName, Key: marshall(importKeys.failures(id, dropped)) } }];
        return client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: update }, ...puts, ...deletes] }));
      }),

    /** Where the failures behind an item lie, in the order of the file. */
    async listFailureParts(id: string, after: number, limit: number): Promise<FailurePart[]> {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
          ExpressionAttributeValues: marshall({
            ":pk": importKeys.import(id).pk,
            ":first": importKeys.failures(id, after + 1).sk,
            ":last": importKeys.failures(id, 9_999_999_999).sk,
          }),
          ConsistentRead: true,
          Limit: limit,
        }),
      );
      return (Items ?? []).map((item) => FailurePart.parse(unmarshall(item)));
    },

    /** IDs of what is being worked on or is parked, the oldest first. */
    async listOpen(): Promise<string[]> {
      const ids: string[] = [];
      let ExclusiveStartKey: QueryCommand["input"]["ExclusiveStartKey"];
      do {
        const answer = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: openImportsIndex.name,
            KeyConditionExpression: "#open = :open",
            ExpressionAttributeNames: { "#open": openImportsIndex.partitionKey },
            ExpressionAttributeValues: marshall({ ":open": "open" }),
            ExclusiveStartKey,
          }),
        );
        for (const item of answer.Items ?? []) ids.push(String(unmarshall(item)["pk"]).slice("import#".length));
        ExclusiveStartKey = answer.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return ids;
    },
  };
}
