import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { changeSettings } from "../../infra/ops/manage-settings.ts";
import {
  addSubscription,
  endSubscription,
  listSubscriptions,
  renewSubscriptions,
  type SubscriptionDesk,
} from "../../infra/ops/manage-subscriptions.ts";
import { openSubscriptionTable } from "../../shared/stores/subscription-table.ts";
import { uniqueText } from "../fixtures/articles.ts";
import type { Client } from "../support/client.ts";
import { type HubRequest, startHub, type TestHub } from "../support/start-hub.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

let stack: TestStack;
let hub: TestHub;
let reader: Client;
let desk: SubscriptionDesk;
let dynamoDb: DynamoDBClient;

beforeAll(async () => {
  stack = await startTestStack();
  hub = await startHub();
  reader = await stack.newPartner("read");
  dynamoDb = new DynamoDBClient({
    region: "us-east-1",
    endpoint: stack.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const subscriptions = openSubscriptionTable(dynamoDb, stack.stack.outputs["PartnersTable"] ?? "");
  desk = { partners: stack.partners, subscriptions, apiUrl: stack.url };
});
afterAll(async () => {
  dynamoDb.destroy();
  await hub.close();
  await stack.close();
});
beforeEach(() => {
  hub.status = 202;
  hub.requests.length = 0;
});

const topic = "https://gazette.example/feed.xml";

/** Subscribes for a new partner; the hub has not confirmed it yet. */
async function subscribe() {
  const client = await stack.newPartner("submit");
  const { subscription, callback } = await addSubscription(desk, client.partner, { topic, hub: hub.url });
  const request = hub.requests.at(-1) as HubRequest;
  const find = async () => (await listSubscriptions(desk)).subscriptions.find(({ id }) => id === subscription);
  const listArticles = async () =>
    (await reader.get(`/v1/articles?partner=${client.partner}&duplicates=include`)).json().items;
  return { client, id: subscription, callback, request, find, listArticles };
}

const feed = (...items: { guid: string; text: string }[]) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title><link>https://gazette.example/</link><description>News</description>${items
    .map(
      ({ guid, text }) =>
        `<item><guid isPermaLink="false">${guid}</guid><title>${guid}</title><description>${text}</description></item>`,
    )
    .join("")}</channel></rss>`;
const item = (guid: string) => ({ guid, text: uniqueText(guid) });

describe("the hub asks whether a subscription is meant", () => {
  test("it is: the challenge comes back as plain text, and the lease is kept", async () => {
    const { request, callback, find, id } = await subscribe();
    expect(request).toEqual({
      mode: "subscribe",
      topic,
      callback,
      secret: expect.stringMatching(/^[\w-]{43}$/),
      leaseSeconds: "864000",
    });
    expect(callback).toBe(`${stack.url}/v1/websub/${id}`);
    expect(await find()).not.toHaveProperty("leaseEndsAt");
    const before = Date.now();
    const reply = await hub.verify(request, { "hub.lease_seconds": "3600", "hub.more": "x" });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toBe("ch4ll&nge=<1>");
    expect(reply.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
    const { leaseEndsAt = "" } = (await find()) ?? {};
    expect(Date.parse(leaseEndsAt) - before).toBeGreaterThanOrEqual(3600_000);
    expect(Date.parse(leaseEndsAt) - Date.now()).toBeLessThanOrEqual(3600_000);
  });

  test.each([
    ["another topic", { "hub.topic": "https://gazette.example/other.xml" }, 404],
    ["an end that nobody wants", { "hub.mode": "unsubscribe" }, 404],
    ["another mode", { "hub.mode": "publish" }, 400],
    ["no challenge", { "hub.challenge": undefined }, 400],
    ["a challenge of binary data", { "hub.challenge": "\u0000\u0001" }, 400],
    ["an endless challenge", { "hub.challenge": "x".repeat(1001) }, 400],
    ["no lease", { "hub.lease_seconds": undefined }, 400],
    ["a lease without end", { "hub.lease_seconds": "99999999999" }, 400],
  ])("about %s: it is not, and nothing changes", async (_, changes, status) => {
    const { request, find } = await subscribe();
    const before = await find();
    expect((await hub.verify(request, changes)).status).toBe(status);
    expect(await find()).toEqual(before);
  });

  test.each([
    ["f".repeat(32), 404],
    ["feed", 400],
  ])("at an address that nobody was given, %s", async (id, status) => {
    const request = {
      mode: "subscribe",
      topic,
      callback: `${stack.url}/v1/websub/${id}`,
      secret: "s",
      leaseSeconds: "9",
    };
    expect((await hub.verify(request)).status).toBe(status);
    expect((await hub.deliver(request, feed(item("nobody")))).status).toBe(status);
  });

  test("it denies a subscription: that is kept, with its reason", async () => {
    const { request, find } = await subscribe();
    const changes = { "hub.mode": "denied", "hub.challenge": undefined, "hub.reason": "not for you".repeat(100) };
    expect((await hub.verify(request, changes)).status).toBe(204);
    expect(await find()).toMatchObject({ deniedReason: "not for you".repeat(100).slice(0, 500) });
  });
});

describe("a delivery", () => {
  test.each(["sha256", "sha384", "sha512"])(
    "signed with %s is taken in, and is unchanged when it comes again",
    async (method) => {
      const { request, client, listArticles } = await subscribe();
      await changeSettings(stack.partners, client.partner, { rules: { defaults: { source: "Gazette" } } });
      const document = feed(item(`${method} one`), item(`${method} two`));
      for (let time = 0; time < 2; time++) {
        const reply = await hub.deliver(request, document, { method });
        expect({ status: reply.status, text: await reply.text() }).toEqual({ status: 202, text: "" });
      }
      const articles = await listArticles();
      expect(articles.map(({ partnerArticleId }: { partnerArticleId: string }) => partnerArticleId).sort()).toEqual([
        `${method} one`,
        `${method} two`,
      ]);
      expect(articles[0]).toMatchObject({ partner: client.partner, revision: 1, source: "Gazette" });
    },
  );

  test.each([
    ["without a signature", { method: undefined }, "there is no signature"],
    ["signed with SHA-1", { method: "sha1" }, "the method is none of"],
    ["signed with another secret", { secret: "guessed" }, "is not that of the hub"],
  ])("%s is acknowledged and dropped, and the log says why", async (name, delivery, reason) => {
    const { request, listArticles, client } = await subscribe();
    expect((await hub.deliver(request, feed(item(name)), delivery)).status).toBe(202);
    expect(await listArticles()).toEqual([]);
    const isLogged = (line: string) => line.includes(client.partner) && line.includes(reason);
    await expect.poll(() => stack.log.some(isLogged)).toBe(true);
  });

  test("of Atom is taken in by its type, and one that cannot be read is acknowledged, and said in the log", async () => {
    const { request, listArticles, client } = await subscribe();
    const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:f</id><title>Gazette</title><updated>2026-11-23T08:00:00Z</updated><entry><id>urn:a</id><title>An entry</title><updated>2026-11-23T08:00:00Z</updated><content type="text">${uniqueText("atom")}</content></entry></feed>`;
    expect((await hub.deliver(request, atom, { type: "application/atom+xml" })).status).toBe(202);
    expect(await listArticles()).toMatchObject([{ partnerArticleId: "urn:a" }]);
    for (const [content, type] of [
      ["<rss><chan", "application/rss+xml"],
      ["\u0000", "application/octet-stream"],
    ] as const) {
      expect((await hub.deliver(request, content, { type })).status).toBe(202);
    }
    const logged = (words: string) => stack.log.some((line) => line.includes(client.partner) && line.includes(words));
    await expect.poll(() => logged('"ignored":"unsupported-media-type"')).toBe(true);
    await expect.poll(() => logged('"refused":1') || logged('"ignored":"malformed')).toBe(true);
    expect(await listArticles()).toHaveLength(1);
  });

  test("beyond the quota comes again later: the hub is told so", async () => {
    const { request, client, listArticles } = await subscribe();
    await changeSettings(stack.partners, client.partner, { quota: { dailyArticles: 2 } });
    const reply = await hub.deliver(request, feed(item("q1"), item("q2"), item("q3")));
    expect(reply.status).toBe(503);
    expect(reply.headers.get("retry-after")).toBe("60");
    expect(await listArticles()).toHaveLength(2);
    // What was taken in all the same is measured.
    const line = stack.log.map((text) => JSON.parse(text)).find(({ partner }) => partner === client.partner);
    expect(line).toMatchObject({ operation: "receive-delivery", status: 503, items: 3, articles: 2, quotaRefusals: 1 });
    expect((await hub.deliver(request, feed(item("q3")))).status).toBe(429);
  });
});

describe("ops", () => {
  test("ends a subscription: nothing is taken any more, and the hub may confirm that and nothing else", async () => {
    const { request, id, find } = await subscribe();
    await hub.verify(request);
    await endSubscription(desk, id);
    const ending = hub.requests.at(-1) as HubRequest;
    expect(ending).toMatchObject({ mode: "unsubscribe", callback: request.callback, secret: null });
    expect((await hub.deliver(request, feed(item("too late")))).status).toBe(404);
    expect((await hub.verify(request)).status).toBe(404);
    expect((await hub.verify(ending)).status).toBe(200);
    expect(await find()).toMatchObject({ wanted: "unsubscribe", endedAt: expect.any(String) });
    expect(await find()).not.toHaveProperty("leaseEndsAt");
  });

  test("renews what ends soon or was never confirmed, with the same secret, and goes on when a hub fails", async () => {
    const [soon, later, never] = [await subscribe(), await subscribe(), await subscribe()];
    await hub.verify(soon.request, { "hub.lease_seconds": "3600" });
    await hub.verify(later.request);
    hub.requests.length = 0;
    const { renewed } = await renewSubscriptions(desk, 3, new Date());
    const asked = hub.requests.map(({ callback }) => callback);
    expect(asked).toContain(soon.callback);
    expect(asked).toContain(never.callback);
    expect(asked).not.toContain(later.callback);
    expect(hub.requests.find(({ callback }) => callback === soon.callback)?.secret).toBe(soon.request.secret);
    hub.status = 500;
    expect((await renewSubscriptions(desk, 3, new Date())).renewed).toEqual(
      renewed.map((one) => ({ ...one, fault: expect.stringContaining("500: not this one") })),
    );
  });

  test("is told when the hub refuses or is not there, and nothing is kept", async () => {
    const { partner } = await stack.newPartner("submit");
    const before = await listSubscriptions(desk);
    hub.status = 403;
    await expect(addSubscription(desk, partner, { topic, hub: hub.url })).rejects.toThrow("with 403: not this one");
    const nowhere = "http://127.0.0.1:9/hub";
    await expect(addSubscription(desk, partner, { topic, hub: nowhere })).rejects.toThrow("does not answer");
    expect(await listSubscriptions(desk)).toEqual(before);
  });

  test.each([
    ["nobody", { topic, hub: "https://hub.example/" }, {}, "There is no partner nobody"],
    ["known", { topic: "feed.xml", hub: "https://hub.example/" }, {}, "The topic feed.xml is no web address"],
    ["known", { topic, hub: "ftp://hub.example/" }, {}, "is no web address"],
    ["known", { topic, hub: "http://hub.example/" }, {}, "a secret in the clear"],
    ["known", { topic, hub: "https://hub.example/" }, { apiUrl: undefined }, "npm start"],
  ])("for %s with %j and %j says what is wrong", async (name, addresses, changes, words) => {
    const partner = name === "known" ? (await stack.newPartner("submit")).partner : name;
    await expect(addSubscription({ ...desk, ...changes }, partner, addresses)).rejects.toThrow(words);
  });

  test("never sees a secret again, and no log has one, or an address", async () => {
    const { request, id } = await subscribe();
    await hub.verify(request);
    await hub.deliver(request, feed(item("secrets")));
    const seen = JSON.stringify([await listSubscriptions(desk), stack.log]);
    expect(seen).not.toContain(request.secret);
    expect(stack.log.join("\n")).not.toContain(id);
    expect(stack.log.join("\n")).toContain(id.slice(0, 8));
  });
});
