import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeWebhookSecret, signWebhook as signOurs, verifyWebhook } from "../../../shared/verify-webhook.ts";
import { runs } from "../../support/property-runs.ts";
import { signWebhook } from "../../support/sign-webhook.ts";

// The vector of the reference libraries.
const vector = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};
const other = makeWebhookSecret((bytes) => Buffer.alloc(bytes, "other"));

interface Change {
  id?: string | undefined;
  timestamp?: string | undefined;
  signature?: string | undefined;
  body?: string;
  secrets?: string[];
  offSeconds?: number;
}

function verify(change: Change = {}) {
  const { body = vector.body, secrets = [vector.secret], offSeconds = 0 } = change;
  return verifyWebhook({
    headers: {
      id: "id" in change ? change.id : vector.id,
      timestamp: "timestamp" in change ? change.timestamp : String(vector.timestamp),
      signature: "signature" in change ? change.signature : vector.signature,
    },
    body: Buffer.from(body),
    secrets,
    now: new Date((vector.timestamp + offSeconds) * 1000),
  });
}

const wrong = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

describe("is right", () => {
  const cases: [name: string, change: Change][] = [
    ["by the published vector", {}],
    ["five minutes late", { offSeconds: 300 }],
    ["five minutes early", { offSeconds: -300 }],
    ["by the second of two secrets", { secrets: [other, vector.secret] }],
    ["among others, of other versions too", { signature: `${wrong} v2,${wrong.slice(3)} ${vector.signature} v1a,abc` }],
  ];
  test.each(cases)("%s", (_, change) => {
    expect(verify(change)).toBeUndefined();
  });
});

describe("is refused", () => {
  const cases: [name: string, change: Change, header: string, reason: string][] = [
    ["without an ID", { id: undefined }, "webhook-id", "is missing"],
    ["with an empty ID", { id: "" }, "webhook-id", "is missing"],
    ["with an ID that could be a part of the time", { id: "msg.1" }, "webhook-id", "must not have a dot"],
    ["without a time", { timestamp: undefined }, "webhook-timestamp", "is missing"],
    ["with words for a time", { timestamp: "now" }, "webhook-timestamp", "must be a number"],
    ["with a fraction", { timestamp: `${vector.timestamp}.0` }, "webhook-timestamp", "must be a number"],
    ["with a sign", { timestamp: `+${vector.timestamp}` }, "webhook-timestamp", "must be a number"],
    ["in milliseconds", { timestamp: `${vector.timestamp}000` }, "webhook-timestamp", "must be a number"],
    ["too late", { offSeconds: 301 }, "webhook-timestamp", "is 301 seconds off"],
    ["too early", { offSeconds: -301 }, "webhook-timestamp", "is 301 seconds off"],
    ["without a signature", { signature: undefined }, "webhook-signature", "is missing"],
    ["with an empty one", { signature: "" }, "webhook-signature", "fits none"],
    ["with another one", { signature: wrong }, "webhook-signature", "fits none"],
    ["with the beginning of it", { signature: vector.signature.slice(0, 12) }, "webhook-signature", "fits none"],
    ["with the bare version", { signature: "v1," }, "webhook-signature", "fits none"],
    ["without the version", { signature: vector.signature.slice(3) }, "webhook-signature", "fits none"],
    ["as another version", { signature: vector.signature.replace("v1", "v2") }, "webhook-signature", "fits none"],
    ["for another body", { body: `${vector.body} ` }, "webhook-signature", "fits none"],
    ["for another ID", { id: "msg_2" }, "webhook-signature", "fits none"],
    ["for another time", { timestamp: String(vector.timestamp + 1) }, "webhook-signature", "fits none"],
    ["by another secret", { secrets: [other] }, "webhook-signature", "fits none"],
    ["where there is no secret", { secrets: [] }, "webhook-signature", "fits none"],
  ];
  test.each(cases)("%s", (_, change, header, reason) => {
    expect(verify(change)).toEqual({ header, reason: expect.stringContaining(reason) });
  });
});

test("what we sign has the published signature, and one for each secret", () => {
  const { secret, id, timestamp, body, signature } = vector;
  const sign = (...secrets: string[]) =>
    signOurs({ id, now: new Date(timestamp * 1000 + 999), body: Buffer.from(body), secrets });
  expect(sign(secret)).toEqual({
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signature,
  });
  const both = sign(other, secret)["webhook-signature"];
  expect(both).toBe(`${sign(other)["webhook-signature"]} ${signature}`);
  for (const secrets of [[other], [secret]]) expect(verify({ signature: both, secrets })).toBeUndefined();
});

test("any bytes are signed as they are, and one that changes is noticed", () => {
  const secret = makeWebhookSecret((bytes) => Buffer.alloc(bytes, "s"));
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (body, at, by) => {
        const {
          "webhook-id": id,
          "webhook-timestamp": timestamp,
          "webhook-signature": signature,
        } = signWebhook(secret, body);
        const request = { headers: { id, timestamp, signature }, secrets: [secret], now: new Date() };
        expect(verifyWebhook({ ...request, body })).toBeUndefined();
        const changed = body.map((byte, index) => (index === at % body.length ? byte ^ by : byte));
        expect(verifyWebhook({ ...request, body: changed })?.header).toBe("webhook-signature");
      },
    ),
    { numRuns: runs(200) },
  );
});

test("a secret has 32 random bytes, between the 24 and 64 of the specification", () => {
  const secret = makeWebhookSecret((bytes) => Buffer.alloc(bytes, 7));
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
});
