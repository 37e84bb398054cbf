import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";

/** An item of any kind, with its key. */
export type TableItem = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

/**
 * All items of a table, a page at a time. It costs a read unit for each 4 KB of the table: for work on the whole of it that is
 * done seldom, never for an answer.
 */
export async function* scanTable(client: DynamoDBClient, tableName: string): AsyncGenerator<TableItem[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new ScanCommand({
        TableName: tableName,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start as ScanCommand["input"]["ExclusiveStartKey"] }),
      }),
    );
    yield Items.map((item) => unmarshall(item) as TableItem);
    start = LastEvaluatedKey;
  } while (start !== undefined);
}
