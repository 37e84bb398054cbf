import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Change } from "../../shared/api/change.ts";
import { type LogPosition, logStart, openChangeLog } from "../../shared/stores/change-log.ts";
import { changeKeys } from "../../shared/stores/table-keys.ts";
import { startTables } from "../support/start-tables.ts";

let tables: Awaited<ReturnType<typeof startTables>>;
let tableName: string;
let count = 0;

beforeAll(async () => {
  tables = await startTables();
});
beforeEach(async () => {
  tableName = `changes-${++count}`;
  await tables.addTable("ChangesTable", tableName);
});
afterAll(async () => {
  await tables.close();
});

const change = (name: string | number): Change => ({
  type: "created",
  id: String(name).padStart(32, "0"),
  revision: 1,
  clusterId: "c",
  at: "2026-11-23T09:00:00.000Z",
});
const open = () => openChangeLog(tables.client, tableName);

async function readAll(limit = 7, from: LogPosition = logStart) {
  const changes: Change[] = [];
  let position = from;
  for (;;) {
    const page = await open().read(position, limit);
    if (page.changes.length === 0) return { changes, position };
    expect(page.changes.length).toBeLessThanOrEqual(limit);
    changes.push(...page.changes);
    position = page.position;
  }
}

test("what is appended is read in order, in pages of any size, also across partitions", async () => {
  const log = open();
  const batches = Array.from({ length: 1010 }, (_, n) => Array.from({ length: n % 3 }, (_, k) => change(n * 10 + k)));
  for (const [n, batch] of batches.entries()) await log.append(String(n), batch);
  const expected = batches.flat();
  expect((await readAll(200)).changes).toEqual(expected);
  const { position } = await readAll(200);
  expect(await open().findEnd()).toEqual(position);
  expect((await log.read(logStart, 1)).changes).toEqual(expected.slice(0, 1));
}, 60_000);

test("the place of a change is where it is read next, whatever the page", async () => {
  const log = open();
  await log.append("1", [change(1), change(2)]);
  await log.append("2", [change(3)]);
  const { placed } = await log.readPlaced(logStart, 10);
  expect(placed.map(({ place }) => place)).toEqual([
    { entry: 1, read: 0 },
    { entry: 1, read: 1 },
    { entry: 2, read: 0 },
  ]);
  for (const { change, place } of placed) {
    expect(await log.readPlaced(place, 1)).toMatchObject({ placed: [{ change, place }] });
  }
});

test("an empty log has a beginning that is its end", async () => {
  expect(await open().findEnd()).toEqual(logStart);
  expect(await open().read(logStart, 10)).toEqual({ changes: [], position: logStart });
});

test("writers that race leave no gap and lose nothing, and a reader that polls meanwhile sees the final order", async () => {
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    const log = open();
    for (let n = 0; n < 25; n++) await log.append(`${writer}-${n}`, [change(writer * 100 + n)]);
  });
  let isDone = false;
  const done = Promise.all(writers).then(() => {
    isDone = true;
  });
  const seen: Change[] = [];
  let position = logStart;
  for (;;) {
    const wasDone = isDone;
    const page = await open().read(position, 5);
    seen.push(...page.changes);
    position = page.position;
    if (wasDone && page.changes.length === 0) break;
  }
  await done;
  expect(new Set(seen.map(({ id }) => id)).size).toBe(150);
  expect(seen).toHaveLength(150);
  expect((await readAll()).changes).toEqual(seen);
}, 60_000);

test("a batch whose answer was lost counts once when it is sent again", async () => {
  await open().append("a", [change(1)]);
  await tables.client.send(
    new PutItemCommand({ TableName: tableName, Item: marshall({ ...changeKeys.head(), entry: 0 }) }),
  );
  await open().append("a", [change(1)]);
  await open().append("b", [change(2)]);
  expect((await readAll()).changes).toEqual([change(1), change(2)]);
});

test("an entry is not shown before the one in front of it", async () => {
  const log = open();
  await log.append("1", [change(1)]);
  const late = { entry: 3, batchId: "3", changes: [change(3)] };
  await tables.client.send(
    new PutItemCommand({ TableName: tableName, Item: marshall({ ...changeKeys.entry(3), ...late }) }),
  );
  expect((await readAll()).changes).toEqual([change(1)]);
  await log.append("2", [change(2)]);
  expect((await readAll()).changes).toEqual([change(1), change(2), change(3)]);
});
