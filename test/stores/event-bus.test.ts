import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { EventBridgeClient, PutRuleCommand } from "@aws-sdk/client-eventbridge";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { describeEventSchema } from "../../infra/describe-event-schema.ts";
import { type EventServer, startEventServer } from "../../infra/local/event-server.ts";
import type { ArticleEvent } from "../../shared/api/event.ts";
import { openEventBus } from "../../shared/stores/event-bus.ts";
import { changeOf } from "../support/webhook-world.ts";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const directory = mkdtempSync(join(tmpdir(), "events-"));
const file = join(directory, "events.ndjson");
let server: EventServer;
let client: EventBridgeClient;
const pauses: number[] = [];
const pause = async (round: number) => void pauses.push(round);

beforeAll(async () => {
  server = await startEventServer({ buses: ["bus"], file });
  client = new EventBridgeClient({ region: "us-east-1", endpoint: server.endpoint, credentials, maxAttempts: 1 });
});
afterEach(() => pauses.splice(0));
afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(directory, { recursive: true });
});

const event = (n: number): ArticleEvent => ({
  eventId: `evt_${String(n).padStart(32, "0")}`,
  sequence: `${String(n).padStart(12, "0")}-0000`,
  ...changeOf("a", n, { source: "wire.example", language: "nl" }),
});
const events = Array.from({ length: 23 }, (_, n) => event(n + 1));

test("the bus is told of events in order, as their schema says, and a developer finds them in the file", async () => {
  await openEventBus(client, "bus", pause).putEvents(events);
  expect(server.events.map(({ detail }) => detail)).toEqual(events);
  expect(server.events[1]).toMatchObject({
    source: "copydesk",
    "detail-type": "article.updated",
    time: "2026-11-23T08:00:00Z",
  });
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(server.events);

  // Ajv knows newer drafts; what the schema uses of draft 4 is the same in them.
  const { $schema: _draft4, ...schema } = describeEventSchema() as Record<string, unknown>;
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  for (const sent of server.events) {
    validate(sent);
    expect(validate.errors).toBeNull();
  }
  expect(validate({ ...server.events[0], "detail-type": "article.lost" })).toBe(false);
  expect(validate({ ...server.events[0], detail: { ...event(1), eventId: undefined } })).toBe(false);
});

test("what is not known is refused", async () => {
  await expect(openEventBus(client, "other", pause).putEvents([event(1)])).rejects.toThrow("no event bus other");
  await expect(client.send(new PutRuleCommand({ Name: "rule" }))).rejects.toThrow("not known here");
});

describe("a bus that takes only some", () => {
  let calls: ArticleEvent[][] = [];
  let refuses: (event: ArticleEvent) => boolean = () => false;
  const picky = createServer(async (request, response) => {
    const { Entries } = (await json(request)) as { Entries: { Detail: string }[] };
    const told = Entries.map(({ Detail }) => JSON.parse(Detail) as ArticleEvent);
    calls.push(told);
    const answers = told.map((one) => (refuses(one) ? { ErrorCode: "ThrottlingException" } : { EventId: "1" }));
    const FailedEntryCount = answers.filter((one) => "ErrorCode" in one).length;
    response.end(JSON.stringify({ FailedEntryCount, Entries: answers }));
  });
  let pickyClient: EventBridgeClient;
  beforeAll(async () => {
    await new Promise<void>((listening) => picky.listen(0, "127.0.0.1", listening));
    const endpoint = `http://127.0.0.1:${(picky.address() as AddressInfo).port}`;
    pickyClient = new EventBridgeClient({ region: "us-east-1", endpoint, credentials, maxAttempts: 1 });
  });
  afterAll(() => {
    pickyClient.destroy();
    picky.closeAllConnections();
    picky.close();
  });

  test("is told of the others again, after a pause", async () => {
    calls = [];
    const isNew = new Set<string>();
    refuses = ({ eventId, revision }) => revision % 4 === 0 && isNew.size < isNew.add(eventId).size;
    await openEventBus(pickyClient, "bus", pause).putEvents(events.slice(0, 12));
    expect(calls.map((call) => call.map(({ revision }) => revision))).toEqual([
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [4, 8],
      [11, 12],
      [12],
    ]);
    expect(pauses).toEqual([1, 1]);
  });

  test("is an error when it refuses one again and again", async () => {
    refuses = ({ revision }) => revision === 2;
    await expect(openEventBus(pickyClient, "bus", pause).putEvents(events.slice(0, 3))).rejects.toThrow(
      "does not take 1 events: ThrottlingException",
    );
    expect(pauses).toEqual([1, 2, 3]);
  });
});
