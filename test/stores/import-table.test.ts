import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ImportLease, ImportRecord } from "../../shared/stores/import-record.ts";
import { type ImportTable, openImportTable } from "../../shared/stores/import-table.ts";
import { makeImport } from "../support/import-record.ts";
import { openMemoryImports } from "../support/memory-imports.ts";
import { startTables } from "../support/start-tables.ts";

let tables: Awaited<ReturnType<typeof startTables>>;

beforeAll(async () => {
  tables = await startTables();
  await tables.addTable("ImportsTable", "imports");
});
afterAll(async () => {
  await tables.close();
});

const lease = (token: string): ImportLease => ({
  token,
  messageId: "m",
  expiresAt: "2026-11-23T08:05:00.000Z",
  attempt: 1,
});
const begun = { state: "running", startedAt: "2026-11-23T08:00:00.000Z" } as const;

/** What the worker relies on: the memory of the crash tests has to refuse what DynamoDB refuses. */
describe.each([
  ["DynamoDB", () => openImportTable(tables.client, "imports")],
  ["memory", openMemoryImports],
])("imports in %s", (_, open: () => ImportTable) => {
  let imports: ImportTable;
  let record: ImportRecord;
  let count = 0;

  beforeEach(async () => {
    imports = open();
    record = makeImport({ id: `${Date.now()}-${count++}` });
    await imports.createImport(record);
  });
  const read = async () => (await imports.getImport(record.id)) as ImportRecord;

  test("gives back what was announced, and nothing for an ID that nobody has", async () => {
    expect(await read()).toEqual(record);
    expect(await imports.getImport("other")).toBeUndefined();
    await expect(imports.createImport(record)).rejects.toThrow();
  });

  test("of two that claim it as they saw it, one gets it", async () => {
    const claims = ["a", "b", "c"].map((token) => imports.claim(record, { ...begun, lease: lease(token) }));
    const won = await Promise.all(claims);
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await read()).lease?.token).toBe(["a", "b", "c"][won.indexOf(true)]);
  });

  test("a lease is taken over by who has seen it, and by nobody else", async () => {
    await imports.claim(record, { ...begun, lease: lease("a") });
    expect(await imports.claim(record, { ...begun, lease: lease("b") })).toBe(false);
    const seen = await read();
    expect(await imports.claim(seen, { ...begun, lease: lease("c") })).toBe(true);
    expect(await imports.claim(seen, { ...begun, lease: lease("d") })).toBe(false);
    expect(await imports.save(record.id, "a", { keptFailures: 9 })).toBe(false);
    expect(await read()).toMatchObject({ lease: { token: "c" }, keptFailures: 0 });
  });

  test("who saw it before others went on does not claim it", async () => {
    await imports.claim(record, { ...begun, lease: lease("a") });
    await imports.save(record.id, "a", { lease: undefined });
    const seen = await read();
    await imports.claim(seen, { ...begun, lease: lease("b") });
    await imports.save(record.id, "b", { position: { items: 4, lines: 4, bytes: 40 }, lease: undefined });
    expect(await imports.claim(seen, { ...begun, lease: lease("c") })).toBe(false);
    const later = await read();
    await imports.claim(later, { ...begun, lease: lease("d") });
    await imports.save(record.id, "d", { state: "completed", lease: undefined });
    expect(await imports.claim(later, { ...begun, lease: lease("e") })).toBe(false);
    expect(await imports.claim({ ...record, id: "other" }, { ...begun, lease: lease("f") })).toBe(false);
  });

  test("a checkpoint and the place of its failures are written together or not at all", async () => {
    await imports.claim(record, { ...begun, lease: lease("a") });
    const part = (lastIndex: number) => ({ lastIndex, objectKey: `failures/${lastIndex}`, bytes: 10 });
    const counts = { ...record.counts, refused: 1 };
    expect(await imports.save(record.id, "a", { counts, expiresAt: 1, parts: [part(9), part(20)] })).toBe(true);
    expect(await imports.save(record.id, "b", { keptFailures: 7, expiresAt: 1, parts: [part(11)], dropped: 9 })).toBe(
      false,
    );
    expect(await imports.save(record.id, "a", { keptFailures: 2, expiresAt: 1, parts: [part(100)] })).toBe(true);
    expect(await read()).toMatchObject({ counts, keptFailures: 2 });
    expect(await imports.listFailureParts(record.id, -1, 10)).toEqual([part(9), part(20), part(100)]);
    expect(await imports.listFailureParts(record.id, 20, 10)).toEqual([part(100)]);
    expect(await imports.listFailureParts(record.id, 8, 1)).toEqual([part(9)]);
    expect(await imports.listFailureParts(record.id, 100, 10)).toEqual([]);
  });

  test("a part is replaced or dropped with a checkpoint", async () => {
    await imports.claim(record, { ...begun, lease: lease("a") });
    const part = (lastIndex: number, objectKey = "first") => ({ lastIndex, objectKey, bytes: 10 });
    await imports.save(record.id, "a", { expiresAt: 1, parts: [part(3), part(5), part(7)] });
    await imports.save(record.id, "a", { keptFailures: 2, expiresAt: 1, parts: [part(5, "second")] });
    await imports.save(record.id, "a", { keptFailures: 1, expiresAt: 1, dropped: 3 });
    await imports.save(record.id, "a", { expiresAt: 1, dropped: 4 });
    expect(await imports.listFailureParts(record.id, -1, 10)).toEqual([part(5, "second"), part(7)]);
    expect(await read()).toMatchObject({ keptFailures: 1 });
  });

  test("what is undefined is removed", async () => {
    await imports.claim(record, { ...begun, lease: lease("a") });
    await imports.save(record.id, "a", { fault: { at: "now", attempt: 1, message: "x" } });
    await imports.save(record.id, "a", { fault: undefined, lease: undefined });
    expect(Object.keys(await read())).not.toEqual(expect.arrayContaining(["fault"]));
    expect((await read()).lease).toBeUndefined();
  });

  test("lists what is open, the oldest first", async () => {
    const other = makeImport({ id: `${record.id}-other` });
    await imports.createImport(other);
    await imports.claim(record, { ...begun, lease: lease("a") });
    await imports.claim(other, { ...begun, startedAt: "2026-11-23T07:00:00.000Z", lease: lease("b") });
    const mine = async () => (await imports.listOpen()).filter((id) => id.startsWith(record.id));
    expect(await mine()).toEqual([other.id, record.id]);
    await imports.save(record.id, "a", { state: "completed", lease: undefined });
    expect(await mine()).toEqual([other.id]);
  });
});
