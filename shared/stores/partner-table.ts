import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as z from "zod";
import { unsetSettings } from "../partner-policy.ts";
import { PartnerSettings } from "../partner-settings.ts";
import { partnerKeys } from "./table-keys.ts";

const Scope = z.enum(["submit", "read"]);

/** One key, without the key itself: only a hash of its secret is kept. */
export const KeyRecord = z.object({
  keyId: z.string(),
  partner: z.string(),
  scopes: z.array(Scope),
  /** SHA-256, hexadecimal. The secret has 256 random bits, so a slow hash would add nothing. */
  secretHash: z.string(),
  createdAt: z.string(),
});
export type KeyRecord = z.infer<typeof KeyRecord>;

export const PartnerRecord = z.object({
  name: z.string(),
  createdAt: z.string(),
  /** Live keys, oldest first. */
  keys: z.array(KeyRecord.pick({ keyId: true, scopes: true, createdAt: true })),
  version: z.int(),
});
export type PartnerRecord = z.infer<typeof PartnerRecord>;

export type PartnerTable = ReturnType<typeof openPartnerTable>;

/** The partners table: who may send or read, with which keys, and the secret that signs cursors. */
export function openPartnerTable(client: DynamoDBClient, tableName: string) {
  async function getItem(key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const answer = await client.send(
      new GetItemCommand({ TableName: tableName, Key: marshall(key), ConsistentRead: true }),
    );
    return answer.Item && unmarshall(answer.Item);
  }

  const getCursorSecret = async () => (await getItem(partnerKeys.cursorSecret()))?.["secret"] as string | undefined;

  return {
    async getKey(keyId: string): Promise<KeyRecord | undefined> {
      const found = await getItem(partnerKeys.key(keyId));
      return found && KeyRecord.parse(found);
    },

    async getPartner(name: string): Promise<PartnerRecord | undefined> {
      const found = await getItem(partnerKeys.partner(name));
      return found && PartnerRecord.parse(found);
    },

    async getSettings(name: string): Promise<PartnerSettings> {
      const found = await getItem(partnerKeys.settings(name));
      return found === undefined ? unsetSettings : PartnerSettings.parse(found);
    },

    /**
     * Writes the settings of a partner, if they still are as they were read.
     *
     * @param expectedVersion version that was read; 0 where nothing was set
     * @returns false when somebody else was faster
     */
    async saveSettings(name: string, settings: PartnerSettings, expectedVersion: number): Promise<boolean> {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({ ...settings, ...partnerKeys.settings(name) }, { removeUndefinedValues: true }),
            ...(expectedVersion === 0
              ? { ConditionExpression: "attribute_not_exists(pk)" }
              : {
                  ConditionExpression: "version = :version",
                  ExpressionAttributeValues: marshall({ ":version": expectedVersion }),
                }),
          }),
        );
        return true;
      } catch (error) {
        if ((error as Error).name === "ConditionalCheckFailedException") return false;
        throw error;
      }
    },

    async listPartners(): Promise<PartnerRecord[]> {
      const partners: PartnerRecord[] = [];
      let start: Record<string, string> | undefined;
      do {
        const answer = await client.send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: marshall({ ":pk": partnerKeys.partner("").pk }),
            ...(start && { ExclusiveStartKey: marshall(start) }),
          }),
        );
        for (const item of answer.Items ?? []) partners.push(PartnerRecord.parse(unmarshall(item)));
        start = answer.LastEvaluatedKey && (unmarshall(answer.LastEvaluatedKey) as Record<string, string>);
      } while (start !== undefined);
      return partners;
    },

    /**
     * Writes a partner together with a key that is new or gone, if the partner still is as it was read.
     *
     * @param change.expectedVersion version that was read; absent when the partner is new
     * @returns false when somebody else was faster
     */
    async savePartner(change: {
      readonly partner: PartnerRecord;
      readonly expectedVersion?: number | undefined;
      readonly addKey?: KeyRecord;
      readonly removeKeyId?: string;
    }): Promise<boolean> {
      const { partner, expectedVersion, addKey, removeKeyId } = change;
      const condition =
        expectedVersion === undefined
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "version = :version",
              ExpressionAttributeValues: marshall({ ":version": expectedVersion }),
            };
      const put = (key: Record<string, string>, attributes: object) => ({
        TableName: tableName,
        Item: marshall({ ...attributes, ...key }),
      });
      try {
        await client.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: { ...put(partnerKeys.partner(partner.name), partner), ...condition } },
              ...(addKey === undefined ? [] : [{ Put: put(partnerKeys.key(addKey.keyId), addKey) }]),
              ...(removeKeyId === undefined
                ? []
                : [{ Delete: { TableName: tableName, Key: marshall(partnerKeys.key(removeKeyId)) } }]),
            ],
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof TransactionCanceledException) return false;
        throw error;
      }
    },

    /**
     * The secret that signs cursors, the same for every function. The first reader makes it.
     *
     * @param propose gives a new secret, of which the first one that is stored wins
     */
    async obtainCursorSecret(propose: () => string): Promise<string> {
      const standing = await getCursorSecret();
      if (standing !== undefined) return standing;
      const proposed = propose();
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall({ ...partnerKeys.cursorSecret(), secret: proposed }),
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        );
        return proposed;
      } catch (error) {
        if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
        const winner = await getCursorSecret();
        if (winner === undefined) throw error;
        return winner;
      }
    },
  };
}
