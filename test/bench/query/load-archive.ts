import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { LocalTable } from "../../../infra/local/read-stack.ts";
import { itemBytes } from "../../../infra/ops/cost/item-bytes.ts";
import { toArticleItem } from "../../../shared/stores/article-item.ts";
import { type ArticleRecord, kindOf } from "../../../shared/stores/article-record.ts";
import { articleKeys, type DayIndex, dayListOf, dayOf } from "../../../shared/stores/table-keys.ts";

type Item = Readonly<Record<string, AttributeValue>>;
/** A row of the embedded DynamoDB: of the table, or of one of its indexes. */
type Row = readonly [into: string, values: Readonly<Record<string, string | number>>];

/** Every tenth day is spread over so many shards, as after a day of great haste. */
const spreadShards = 3;
const shardsOf = (day: string) => (day.endsWith("7") ? spreadShards : 1);

/** A loader for one archive that grows; it remembers which lists each day has. */
export function openLoader(table: LocalTable) {
  const days = new Map<string, Set<string>>();
  return {
    /**
     * Writes articles as the pipeline's transaction would leave them, as far as lists go: their items, made by the same code,
     * and those of their days. Not by way of requests, of which a million take an hour, but into the file of the embedded
     * DynamoDB, which must not run meanwhile.
     */
    load(file: string, articles: Iterable<ArticleRecord>, onProgress: (done: number) => void): void {
      const database = new DatabaseSync(file);
      database.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; BEGIN");
      // Sorted once at the end, they take a fraction of the time.
      const indexes = database
        .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '%gsi%'")
        .all();
      for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
      const insert = openInserter(database);
      let done = 0;
      for (const article of articles) {
        for (const row of makeRows(table, makeItem(article))) insert(row);
        onProgress(++done);
      }
      for (const [day, lists] of days) {
        for (const row of makeRows(table, toItem({ ...articleKeys.day(day), lists, shards: shardsOf(day) })))
          insert(row);
      }
      for (const { sql } of indexes) database.exec(String(sql));
      database.exec("COMMIT; PRAGMA journal_mode = WAL");
      database.close();
    },
  };

  function makeItem(article: ArticleRecord): Item {
    const shards = { byDay: 1, byArrival: 1 };
    for (const [index, at] of Object.entries({ byDay: article.timelineKey, byArrival: article.ingestedAt })) {
      const day = dayOf(at);
      shards[index as DayIndex] = shardsOf(day);
      days.set(day, (days.get(day) ?? new Set()).add(dayListOf(index as DayIndex, kindOf(article))));
    }
    return toItem(toArticleItem(article, shards));
  }
}

const toItem = (value: Readonly<Record<string, unknown>>): Item => marshall(value, { removeUndefinedValues: true });

function openInserter(database: DatabaseSync): (row: Row) => void {
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  return ([into, values]) => {
    const names = Object.keys(values);
    const statement =
      statements.get(into) ??
      database.prepare(
        `INSERT OR REPLACE INTO "${into}" (${names.join(", ")}) VALUES (${names.map((name) => `:${name}`).join(", ")})`,
      );
    statements.set(into, statement);
    statement.run(values);
  };
}

/** The rows that dynoxide 1.2.1 makes of an item; `checkRows` tells when another version makes others. */
function makeRows({ name, definition }: LocalTable, item: Item): Row[] {
  const keyOf = (attribute: string) => `S:${item[attribute]?.S}`;
  const [pk, sk] = [keyOf("pk"), keyOf("sk")];
  const rows: Row[] = [[name, { pk, sk, item_json: JSON.stringify(item), item_size: itemBytes(item) }]];
  for (const { IndexName, KeySchema = [], Projection } of definition.GlobalSecondaryIndexes ?? []) {
    const [partition = "", sort = ""] = KeySchema.map(({ AttributeName }) => AttributeName);
    if (item[partition] === undefined || item[sort] === undefined) continue;
    const kept = ["pk", "sk", partition, sort, ...(Projection?.NonKeyAttributes ?? [])];
    const projected = Object.fromEntries(kept.flatMap((key) => (item[key] === undefined ? [] : [[key, item[key]]])));
    rows.push([
      `${name}::gsi::${IndexName}`,
      {
        gsi_pk: keyOf(partition),
        gsi_sk: keyOf(sort),
        table_pk: pk,
        table_sk: sk,
        item_json: JSON.stringify(projected),
      },
    ]);
  }
  return rows;
}

/** Throws unless the rows of an article are those that a request leaves; then the article is there. */
export async function checkRows(
  client: DynamoDBClient,
  options: { readonly file: string; readonly table: LocalTable; readonly article: ArticleRecord },
): Promise<void> {
  const { file, table, article } = options;
  const item = toItem(toArticleItem(article, { byDay: 1, byArrival: 1 }));
  await client.send(new PutItemCommand({ TableName: table.name, Item: item }));
  const database = new DatabaseSync(file, { readOnly: true });
  // Sizes differ by a few bytes: dynoxide counts numbers otherwise than AWS says.
  for (const [into, { item_json: json, item_size: _size, ...values }] of makeRows(table, item)) {
    const { item_json: found, ...others } = database.prepare(`SELECT * FROM "${into}"`).get() ?? {};
    assert.deepEqual(JSON.parse(String(found)), JSON.parse(String(json)), into);
    for (const [column, value] of Object.entries(values)) assert.equal(others[column], value, `${into}.${column}`);
  }
  database.close();
}
