import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { DynamoDBClient, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runErase } from "../../infra/ops/erase/run-erase.ts";
import type { Change } from "../../shared/api/change.ts";
import { scanTable, type TableItem } from "../../shared/stores/scan-table.ts";
import { webhookKeys } from "../../shared/stores/table-keys.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { startOps } from "../support/start-ops.ts";

let started: Awaited<ReturnType<typeof startOps>>;

beforeAll(async () => {
  started = await startOps();
});
afterAll(() => started.close());

async function ops(...args: string[]) {
  const child = spawn(process.execPath, ["infra/ops/ops.ts", "--directory", started.directory, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { out, error, code };
}

/** Runs a command until it waits for something, and presses Ctrl-C then. */
async function endOnceItWaits(...args: string[]) {
  const child = spawn(process.execPath, ["infra/ops/ops.ts", "--directory", started.directory, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = once(child, "exit");
  let error = "";
  for await (const chunk of child.stderr) {
    if (!error.includes("waiting") && String(chunk).includes("waiting")) child.kill("SIGINT");
    error += chunk;
  }
  return { error, code: (await exit)[0] };
}

test("an erased article is retracted for consumers, gone for readers, and refused to its partner", async () => {
  const partner = await started.stack.newPartner("submit", "gazette");
  const reader = await started.stack.newPartner("read");
  const { id } = (await partner.put("one", { text: uniqueText("one") })).json();
  const copy = (
    await (await started.stack.newPartner("submit", "courier")).put("copy", { text: uniqueText("one") })
  ).json();
  expect(copy.duplicateOf.id).toBe(id);

  expect(await ops("erase", "--article", id)).toMatchObject({ code: 1, error: expect.stringContaining("--reason") });
  const asked = await ops("erase", "--article", id, "--reason", "a court order");
  expect(asked).toMatchObject({ code: 1, out: expect.stringMatching(/^store +found\n/) });
  expect(asked.out).toMatch(/^articles +1$/m);
  expect(asked.out).toMatch(/^raw objects +1$/m);
  expect(asked.out).toContain(
    `\nNothing was erased now. Add --yes to erase the article ${id} of gazette. It cannot be undone.\n`,
  );
  expect(JSON.parse((await ops("--json", "erase", "--article", id, "--reason", "none")).out)).toMatchObject({
    isDryRun: true,
    target: { kind: "article", id, partner: "gazette" },
    places: expect.arrayContaining([{ place: "articles", found: 1 }]),
    before: [],
  });
  expect((await reader.get(`/v1/articles/${id}/raw`)).status).toBe(200);

  // As if a minute had passed: nobody can be about to refer to the same bytes.
  const ahead = { ...started.ops, now: () => new Date(Date.now() + 61_000) };
  const command = { article: id, reason: "a court order", by: "ilse", yes: true };
  expect(await runErase(command, ahead, silentProgress)).toMatchObject({ left: 0 });
  expect((await reader.get(`/v1/articles/${id}`)).status).toBe(410);
  expect((await reader.get(`/v1/articles/${copy.id}`)).json()).not.toHaveProperty("duplicateOf");
  expect((await partner.put("one", { text: uniqueText("one") })).status).toBe(410);
  await expect
    .poll(async () => (await reader.get("/v1/changes")).json().items.filter((one: { id: string }) => one.id === id), {
      timeout: 20_000,
    })
    .toMatchObject([{ type: "created" }, { type: "retracted" }]);

  const again = await ops("erase", "--article", id, "--reason", "to be sure", "--by", "ilse", "--yes");
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/^Nothing was found\.\nLooked again: nothing is left\./);
  const over = await ops("erase", "--article", id, "--reason", "to be sure");
  expect(over).toMatchObject({ code: 0, out: expect.stringMatching(/^Nothing was found\.\nErased at .*: ilse, /) });
  expect(over.out).not.toContain("--yes");
  expect(await ops("erase", "--partner", "nobody", "--reason", "none", "--yes")).toMatchObject({
    code: 1,
    error: "There is no partner nobody, and none was erased. See: partner list, and erasures list.\n",
  });
});

test("an erasure that was ended says how to go on, and the log has all of its runs", async () => {
  const partner = await started.stack.newPartner("submit", "herald");
  const { id } = (await partner.put("one", { text: uniqueText("herald's") })).json();
  const command = { partner: "herald", reason: "the contract ended", by: "ilse" };
  const ended = await endOnceItWaits("erase", "--partner", "herald", "--reason", "a court order", "--yes");
  expect(ended).toMatchObject({
    code: 130,
    error: expect.stringContaining(
      "\nEnded. What is gone stays so, the rest is still there: the same command goes on.\n",
    ),
  });
  const asked = await ops("erase", "--partner", "herald", "--reason", "none");
  expect(asked).toMatchObject({ code: 1, out: expect.stringContaining("An erasure has not come to its end: ") });
  expect((await ops("erasures", "list")).out).toMatch(/^partner +herald +\S+ +not yet +/m);

  let looks = 0;
  const hurried = { ...started.ops, now: () => new Date(Date.now() + ++looks * 30_000) };
  const { left, record } = await runErase(command, hurried, silentProgress);
  expect(left).toBe(0);
  expect(record).toMatchObject({
    reason: "a court order",
    repeats: [{ by: "ilse", reason: "the contract ended" }],
    erased: { "partner and keys": 2 },
  });
  expect(record.erased?.["articles"]).toBeGreaterThan(0);
  expect(await started.ops.articles.getArticle(id)).toBeUndefined();
  expect((await ops("erasures", "list")).out).toMatch(
    /^partner +herald +\S+Z +\S+Z +\d+ +\d+ +\S+ +a court order\n +\S+Z +ilse +the contract ended$/m,
  );
  const { erasures } = JSON.parse((await ops("--json", "erasures", "list")).out);
  expect(erasures.find((one: { name: string }) => one.name === "herald")).toEqual(record);
  expect(await ops("erase", "--partner", "herald", "--reason", "to be sure")).toMatchObject({ code: 0 });
}, 120_000);

test("of an erased partner nothing is left in any store, and its copies are told and found as originals", async () => {
  const { ops: opened, stack } = started;
  const mark = "Zwischenahn";
  const partner = await stack.newPartner("submit", "tribune");
  const courier = await stack.newPartner("submit", "messenger");
  const reader = await stack.newPartner("read");
  const about = { title: mark, url: `https://tribune.example/${mark}`, source: `Tribune ${mark}`, language: "en" };
  const { id } = (await partner.put("one", { ...about, text: uniqueText("told twice") })).json();
  await partner.put("two", { text: uniqueText("two"), source: `Tribune ${mark}` });
  const copy = (await courier.put("copy", { text: uniqueText("told twice") })).json();
  expect(copy.duplicateOf.id).toBe(id);
  const readChanges = async (): Promise<Change[]> => (await reader.get("/v1/changes?limit=200")).json().items;
  const waiting = { timeout: 30_000, interval: 200 };
  await expect.poll(() => opened.searchIndex?.findIds({ field: "partner", value: "tribune" }), waiting).toHaveLength(2);
  await expect
    .poll(async () => (await readChanges()).filter((one) => one.partner === "tribune"), waiting)
    .toHaveLength(2);

  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: stack.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const change = (await readChanges()).find((one) => one.id === id);
  const event = { ...change, eventId: `evt_${id}`, sequence: "000000000001-0000" };
  const parked = { ...webhookKeys.parked("nobody", event.sequence), event, parkedAt: event.at, tries: 4 };
  const TableName = stack.stack.outputs["WebhooksTable"] ?? "";
  await client.send(new PutItemCommand({ TableName, Item: marshall(parked, { removeUndefinedValues: true }) }));

  // Each look at the clock takes half a minute.
  let looks = 0;
  const hurried = { ...opened, now: () => new Date(Date.now() + ++looks * 30_000) };
  const command = { partner: "tribune", reason: "a court order", by: "ilse", yes: true };
  const { left, places } = await runErase(command, hurried, silentProgress);
  expect(left).toBe(0);
  expect(Object.fromEntries(places.map(({ place, found }) => [place, found]))).toMatchObject({
    articles: 2,
    "log of changes": 2,
    "parked events": 1,
    "search index": 2,
  });

  await expect
    .poll(async () => (await readChanges()).filter((one) => one.id === copy.id).map(({ type }) => type), waiting)
    .toEqual(["duplicate", "clusterChanged"]);
  expect((await readChanges()).filter((one) => one.id === id)).toEqual(
    ["created", "retracted"].map((type) => ({ type, id, revision: 1, clusterId: id, at: expect.any(String) })),
  );
  await expect
    .poll(async () => (await reader.get("/v1/articles?q=told&duplicates=exclude")).json().items, waiting)
    .toMatchObject([{ id: copy.id }]);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const items: TableItem[] = [];
  for (const name of TableNames) for await (const page of scanTable(client, name)) items.push(...page);
  client.destroy();
  const telling = items.filter((item) => /tribune|Zwischenahn/i.test(JSON.stringify(item)));
  expect(telling.map(({ pk, sk }) => `${pk} ${sk.replace(/#[^#]*$/, "")}`)).toEqual(["erasures partner#tribune"]);
  for (const objects of [opened.rawObjects, opened.importFiles]) {
    for await (const versions of objects.list(""))
      expect(versions.map(({ key }) => key).join()).not.toContain("tribune");
  }
}, 120_000);
