import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { Change } from "../api/change.ts";
import { changeKeys } from "./table-keys.ts";

const LogEntry = z.object({ entry: z.int(), batchId: z.string(), changes: z.array(Change) });

/** A place between two changes: so many of an entry have been read, and all of the entries before. */
export interface LogPosition {
  /** From 1. */
  readonly entry: number;
  readonly read: number;
}

/** A change, and the position right before it. */
export interface PlacedChange {
  readonly change: Change;
  readonly place: LogPosition;
}

export const logStart: LogPosition = { entry: 1, read: 0 };

export type ChangeLog = ReturnType<typeof openChangeLog>;

/** Entries that a page reads at a time. */
const entriesPerQuery = 20;

/** The head is written this often. Who begins with it walks over fewer entries than these. */
const entriesPerHead = 10;

/**
 * The log of all changes: numbered entries without gaps, each a few changes. An entry is written under the condition that
 * its number is free, and only by who has seen that the number before is taken. So nothing is ever written behind a
 * position that was read up to, whatever the clocks say; see DECISIONS.md.
 */
export function openChangeLog(client: DynamoDBClient, tableName: string) {
  /** The last entry that this instance knows to be there. */
  let lastSeen = 0;

  async function readHead(): Promise<number> {
    const answer = await client.send(
      new GetItemCommand({ TableName: tableName, Key: marshall(changeKeys.head()), ConsistentRead: true }),
    );
    return Number(answer.Item?.["entry"]?.N ?? 0);
  }

  /** The head is a hint that saves walking; it may be late, or be set back by a slow writer, and that harms nothing. */
  async function writeHead(entry: number): Promise<void> {
    const item = marshall({ ...changeKeys.head(), entry });
    await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
  }

  async function putEntry(entry: number, batchId: string, changes: readonly Change[]): Promise<boolean> {
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: marshall({ ...changeKeys.entry(entry), entry, batchId, changes }),
          ConditionExpression: "attribute_not_exists(pk)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // Our own request, whose answer was lost.
      return error.Item?.["batchId"]?.S === batchId;
    }
  }

  return {
    /**
     * Adds changes to the end, at most 100 of them.
     *
     * @param batchId names what is written, so that the same batch at the same place counts once
     */
    async append(batchId: string, changes: readonly Change[]): Promise<void> {
      if (changes.length === 0) return;
      if (lastSeen === 0) lastSeen = await readHead();
      while (!(await putEntry(lastSeen + 1, batchId, changes))) {
        const head = await readHead();
        lastSeen = Math.max(lastSeen + 1, head);
      }
      lastSeen += 1;
      if (lastSeen % entriesPerHead === 0) await writeHead(lastSeen);
    },

    /**
     * Changes after a position, at most `limit`.
     *
     * @returns also the position behind the last of them, from which more can be read at any time
     */
    async read(from: LogPosition, limit: number): Promise<{ changes: Change[]; position: LogPosition }> {
      const { placed, position } = await this.readPlaced(from, limit);
      return { changes: placed.map(({ change }) => change), position };
    },

    /** The same, with the place of each change. */
    async readPlaced(from: LogPosition, limit: number): Promise<{ placed: PlacedChange[]; position: LogPosition }> {
      const placed: PlacedChange[] = [];
      let position = from;
      while (placed.length < limit) {
        const { pk, sk } = changeKeys.entry(position.entry);
        const answer = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk AND sk >= :from",
            ExpressionAttributeValues: marshall({ ":pk": pk, ":from": sk }),
            ConsistentRead: true,
            Limit: entriesPerQuery,
          }),
        );
        const isWhole = answer.LastEvaluatedKey === undefined;
        const entries = (answer.Items ?? []).map((item) => LogEntry.parse(unmarshall(item)));
        const before = placed.length;
        for (const found of entries) {
          // A query is no snapshot: it may have passed a number just before it was taken and see the next one.
          if (found.entry !== position.entry) return { placed, position };
          const end = Math.min(found.changes.length, position.read + limit - placed.length);
          const taken = found.changes.slice(position.read, end);
          for (const [n, change] of taken.entries()) {
            placed.push({ change, place: { entry: found.entry, read: position.read + n } });
          }
          if (end < found.changes.length) return { placed, position: { entry: found.entry, read: end } };
          position = { entry: found.entry + 1, read: 0 };
        }
        if (placed.length === before || (isWhole && changeKeys.entry(position.entry).pk === pk)) break;
      }
      return { placed, position };
    },

    /** The position behind all changes that are there now. */
    async findEnd(): Promise<LogPosition> {
      let position: LogPosition = { entry: Math.max(1, await readHead()), read: 0 };
      for (;;) {
        const { changes, position: reached } = await this.read(position, 200);
        position = reached;
        if (changes.length === 0) return position;
      }
    },
  };
}
