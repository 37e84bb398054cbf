import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PurgeQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LocalQueue, openQueueStore, type QueueStore } from "../../infra/local/queues/open-queue-store.ts";
import { type QueueServer, startQueueServer } from "../../infra/local/queues/start-queue-server.ts";
import {
  dropFailure,
  dropFailuresBefore,
  type Failures,
  listFailures,
  openFailures,
  redriveFailures,
  showFailure,
  stopTaking,
} from "../../infra/ops/failures/manage-failures.ts";
import { showFailures, showRedriven } from "../../infra/ops/failures/show-failures.ts";
import { openDeadLetters } from "../../shared/stores/dead-letters.ts";
import { openDeliveryQueue } from "../../shared/stores/delivery-queue.ts";
import { openImportQueue } from "../../shared/stores/import-queue.ts";
import { silentProgress } from "../support/silent-progress.ts";

const arn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
const url = (name: string) => `http://sqs.invalid/000000000000/${name}`;
const queues: LocalQueue[] = [
  { name: "work", arn: arn("work"), visibilityTimeoutMs: 1000, deadLetter: { queue: "dead", maxReceiveCount: 2 } },
  { name: "dead", arn: arn("dead"), visibilityTimeoutMs: 1000 },
  { name: "stray", arn: arn("stray"), visibilityTimeoutMs: 1000 },
];

let directory: string;
let store: QueueStore;
let time = 0;
const open = () => openQueueStore(join(directory, "data", "queues.sqlite"), queues, () => time);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "queues-"));
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

test("a message is given to one, and is gone when it was deleted", () => {
  const messageId = store.send("work", "a");
  store.send("work", "b");
  const first = store.receive("work");
  expect(first).toMatchObject({ messageId, body: "a", receiveCount: 1 });
  expect(store.receive("work")?.body).toBe("b");
  expect(store.receive("work")).toBeUndefined();
  store.delete(first?.receiptHandle ?? "");
  time += 1000;
  expect(store.receive("work")?.body).toBe("b");
  expect(store.receive("work")).toBeUndefined();
});

test("one that was not deleted comes again, later or sooner as it is hidden, and is counted", () => {
  store.send("work", "a");
  const { messageId, receiptHandle = "" } = store.receive("work") ?? {};
  time += 999;
  expect(store.receive("work")).toBeUndefined();
  store.hide(receiptHandle, 10);
  time += 10;
  expect(store.receive("work")).toMatchObject({ messageId, receiveCount: 2 });
  // Who has the handle of an earlier time does not delete it any more.
  store.delete(receiptHandle);
  expect(store.count("work")).toBe(1);
});

test("one that was sent with a delay comes when it is over, behind what came meanwhile", () => {
  store.send("work", "late", 5000);
  store.send("work", "early");
  expect(store.receive("work")?.body).toBe("early");
  time += 4999;
  expect(store.receive("work")?.body).toBe("early");
  time += 1;
  expect(store.receive("work")?.body).toBe("late");
});

test("one that came too often goes to the dead letters, which know where it comes from", () => {
  store.send("work", "a");
  for (let count = 0; count < 2; count++) {
    expect(store.receive("work")).toBeDefined();
    time += 1000;
  }
  expect(store.receive("work")).toBeUndefined();
  expect([store.count("work"), store.count("dead")]).toEqual([0, 1]);
  expect(store.receive("dead")?.body).toBe("a");
  expect([store.findSource("dead")?.name, store.findSource("work")]).toEqual(["work", undefined]);
});

test("a restart keeps all messages, and gives those again that somebody had", () => {
  store.send("work", "a");
  store.send("work", "b");
  store.receive("work");
  store.close();
  store = open();
  expect([store.receive("work"), store.receive("work")]).toMatchObject([
    { body: "a", receiveCount: 2 },
    { body: "b", receiveCount: 1 },
  ]);
});

test("what is no queue is an error", () => {
  expect(() => store.send("other", "a")).toThrow("no queue other");
  expect(() => store.findSource("other")).toThrow("no queue other");
});

describe("over HTTP", () => {
  let server: QueueServer;
  let client: SQSClient;
  beforeEach(async () => {
    server = await startQueueServer(store);
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    client = new SQSClient({ region: "us-east-1", endpoint: server.endpoint, credentials, maxAttempts: 1 });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  describe("failures", () => {
    let failures: Failures;
    const redrive = (id?: string) =>
      redriveFailures(failures, id, { progress: silentProgress, now: () => new Date(time) });

    /** As a function leaves them that fails on each. */
    function fail(): void {
      for (let message = store.receive("work"); message !== undefined; message = store.receive("work")) {
        store.hide(message.receiptHandle, 0);
      }
    }

    beforeEach(async () => {
      const outputs = { ImportQueue: url("work"), ImportDeadLetters: url("dead"), StreamDeadLetters: url("stray") };
      failures = openFailures(outputs, (queueUrl) => openDeadLetters(client, queueUrl));
      const queue = openImportQueue(client, url("work"));
      for (let n = 0; n < 23; n++) {
        time += 1;
        await queue.sendImport(`import-${n}`);
      }
      fail();
      time += 1;
    });

    test("are those of all queues of dead letters; who has looked leaves them to the next one", async () => {
      store.send("stray", "shard 1");
      expect([...failures.keys()]).toEqual(["Import", "Stream"]);
      const all = await listFailures(failures, 100);
      const listed = all.failures;
      expect(all).toMatchObject({ counts: { Import: 23, Stream: 1 }, held: {} });
      expect(listed.map(({ of, body }) => `${of} ${body}`)).toEqual([
        ...Array.from({ length: 23 }, (_, n) => `Import {"importId":"import-${n}"}`),
        "Stream shard 1",
      ]);
      expect(await listFailures(failures, 100)).toEqual(all);
      expect(showFailures(all).split("\n")).toHaveLength(26);
      const first = await listFailures(failures, 5);
      expect(first.failures).toHaveLength(6);
      expect(showFailures(first)).toContain("There are about 23 of Import");
      expect(showFailures(first)).toMatch(/ import import-0\n/);
      const arrival = JSON.stringify({ Records: [{ s3: { object: { key: "uploads/import-99" } } }] });
      for (const [body, about] of [
        [arrival, "import import-99"],
        ['{"hello": 1}', '{"hello": 1}'],
      ] as const) {
        const [failure] = first.failures;
        if (failure === undefined) throw new Error("There is no failure.");
        expect(showFailures({ failures: [{ ...failure, body }], counts: { [failure.of]: 1 }, held: {} })).toMatch(
          new RegExp(` ${about}$`),
        );
      }
      expect(await showFailure(failures, listed[12]?.id ?? "")).toEqual(listed[12]);
      expect((await listFailures(failures, 100)).failures).toEqual(listed);
    });

    test("are given back all at once, or one alone, and done once however often that is asked for", async () => {
      const { failures: listed } = await listFailures(failures, 100);
      const id = listed[20]?.id ?? "";
      expect(await redrive(id)).toEqual({ redriven: { Import: 1 }, held: {}, withoutSource: [] });
      await expect(redrive(id)).rejects.toThrow(`There is no failure ${id}`);
      expect(store.receive("work")?.body).toBe('{"importId":"import-20"}');
      expect(await redrive()).toEqual({ redriven: { Import: 22 }, held: {}, withoutSource: [] });
      expect([store.count("work"), store.count("dead")]).toEqual([23, 0]);
      const again = await redrive();
      expect(again).toEqual({ redriven: {}, held: {}, withoutSource: [] });
      expect(showRedriven(again)).toBe("Nothing has failed.");
    });

    test("that fail again meanwhile wait for the next time", async () => {
      const dead = failures.get("Import");
      if (dead === undefined) throw new Error("There is no such queue.");
      const giveBack: typeof dead.giveBack = async (letter) => {
        const isGiven = await dead.giveBack(letter);
        fail();
        return isGiven;
      };
      failures = new Map([["Import", { ...dead, giveBack }]]);
      expect(await redrive()).toMatchObject({ redriven: { Import: 23 }, held: {} });
      expect(store.count("dead")).toBe(23);
    });

    test("that come from no queue are told, and can be dropped", async () => {
      store.send("stray", "shard 1");
      time += 1;
      const redriven = await redrive();
      expect(redriven).toEqual({ redriven: { Import: 23 }, held: {}, withoutSource: ["Stream"] });
      expect(showRedriven(redriven)).toContain("Stream: what failed comes from no queue. failures show ID");
      const ofSearch = showRedriven({ redriven: {}, held: {}, withoutSource: ["Search"] });
      expect(ofSearch).toContain("search rebuild takes all articles into the index again");
      expect(ofSearch).not.toContain("failures drop");
      const [stray] = (await listFailures(failures, 1)).failures;
      await expect(redrive(stray?.id)).rejects.toThrow("comes from no queue");
      expect(await dropFailure(failures, stray?.id ?? "")).toEqual(stray);
      expect((await listFailures(failures, 1)).failures).toEqual([]);
    });

    test("that somebody holds are told as such, and can be had in a minute", async () => {
      const dead = openDeadLetters(client, url("dead"));
      const held = await dead.take();
      expect(await dead.count()).toEqual({ waiting: 13, held: 10 });
      const listed = await listFailures(failures, 100);
      expect(listed).toMatchObject({ counts: { Import: 23, Stream: 0 }, held: { Import: 10 } });
      expect(listed.failures).toHaveLength(13);
      const words = "Import: 10 are held by somebody who looks at them, or by a command that was killed.";
      expect(showFailures(listed)).toContain(words);
      expect(showFailures(listed)).not.toContain("--limit");
      const some = showFailures(await listFailures(failures, 5));
      expect(some).toContain("There are about 23 of Import; --limit shows more.");
      expect(some).toContain(words);
      await expect(showFailure(failures, held[0]?.id ?? "")).rejects.toThrow(
        /nobody holds. 10 are held .* in a minute/,
      );

      const redriven = await redrive();
      expect(redriven).toEqual({ redriven: { Import: 13 }, held: { Import: 10 }, withoutSource: [] });
      expect(showRedriven(redriven)).toContain(words);
      const nothing = await redrive();
      expect(showRedriven(nothing)).toBe(`${words} Try again in a minute.`);
      expect(showFailures(await listFailures(failures, 5))).toBe(`${words} Try again in a minute.`);
      time += 60_000;
      expect(await redrive()).toEqual({ redriven: { Import: 10 }, held: {}, withoutSource: [] });
    });

    test("that are counted with a delay, as SQS does, are told as held and not as more to be shown", async () => {
      const queue = failures.get("Import");
      if (queue === undefined) throw new Error("There is no such queue.");
      const late = new Map([
        ["Import", { ...queue, take: async () => [], count: async () => ({ waiting: 1, held: 0 }) }],
      ]);
      expect(showFailures(await listFailures(late, 100))).toBe(
        "Import: 1 is held by somebody who looks at it, or by a command that was killed. Try again in a minute.",
      );
    });

    test("are let go of at Ctrl-C, whatever was being done with them", async () => {
      const id = (await listFailures(failures, 100)).failures[22]?.id ?? "";
      const asked: [string, (of: Failures) => Promise<unknown>, number][] = [
        ["list", (of) => listFailures(of, 100), 23],
        ["show", (of) => showFailure(of, id), 23],
        ["redrive one", (of) => redriveFailures(of, id, { progress: silentProgress, now: () => new Date(time) }), 23],
        [
          "redrive",
          (of) => redriveFailures(of, undefined, { progress: silentProgress, now: () => new Date(time) }),
          13,
        ],
      ];
      for (const [name, ask, left] of asked) {
        const stopping = new AbortController();
        const queue = stopTaking(failures, stopping.signal).get("Import");
        if (queue === undefined) throw new Error("There is no such queue.");
        const take = async () => {
          const letters = await queue.take();
          stopping.abort(new Error("Ended."));
          return letters;
        };
        await expect(ask(new Map([["Import", { ...queue, take }]])), name).rejects.toThrow("Ended.");
        expect(await queue.count(), name).toEqual({ waiting: left, held: 0 });
      }
    });

    test("whose work was done again in another way are dropped, up to when that began", async () => {
      store.send("stray", "shard 1");
      time += 1;
      const startedAt = new Date(time);
      store.send("stray", "shard 2");
      time += 1;
      expect(await dropFailuresBefore(failures, "Stream", startedAt)).toBe(1);
      expect(await dropFailuresBefore(failures, "Nothing", startedAt)).toBe(0);
      const { failures: left, counts } = await listFailures(failures, 1);
      expect(left.map(({ body }) => body)).toContain("shard 2");
      expect(counts).toEqual({ Import: 23, Stream: 1 });
    });

    test("that could not be dropped after they were given back are done twice, not lost", async () => {
      const dead = openDeadLetters(client, url("dead"));
      const [letter] = await dead.take();
      await expect(
        dead.giveBack({ ...(letter as NonNullable<typeof letter>), receiptHandle: 1 as never }),
      ).rejects.toThrow();
      expect([store.count("work"), store.count("dead")]).toEqual([1, 23]);
    });
  });

  test("the SDK sends with a delay, of 15 minutes at most", async () => {
    const queue = openDeliveryQueue(client, url("work"));
    await queue.sendSubscriber("a", 4200);
    await queue.sendSubscriber("b", 86_400_000);
    expect(store.receive("work")).toBeUndefined();
    time += 5000;
    expect(store.receive("work")?.body).toBe('{"subscriberId":"a"}');
    time += 895_000;
    store.receive("work");
    expect(store.receive("work")?.body).toBe('{"subscriberId":"b"}');
  });

  test("what is not known is refused, and nothing happens", async () => {
    store.send("work", "a");
    await expect(client.send(new PurgeQueueCommand({ QueueUrl: url("work") }))).rejects.toThrow("not known here");
    await expect(openImportQueue(client, url("other")).sendImport("abc")).rejects.toThrow("no queue other");
    const simple = await fetch(server.endpoint, { method: "POST", body: '{"QueueUrl":"work","MessageBody":"x"}' });
    expect(simple.status).toBe(400);
    expect(store.count("work")).toBe(1);
  });
});
