import type { Cut, Fault, SeenRequest } from "../support/fault-proxy.ts";
import type { Random } from "../support/random.ts";

export type Target = "dynamoDb" | "s3" | "api";

interface NamedFault {
  readonly name: string;
  readonly make: (request: SeenRequest, random: Random) => Fault;
}

/** A store in trouble says so in its own words. */
const refusals: Readonly<Record<Target, readonly { name: string; status: number; body: string }[]>> = {
  dynamoDb: [
    refusalOf(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"),
    refusalOf(400, "com.amazon.coral.availability#ThrottlingException"),
    refusalOf(400, "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded"),
    refusalOf(500, "com.amazonaws.dynamodb.v20120810#InternalServerError"),
    { name: "503 without a body", status: 503, body: "" },
  ],
  s3: [
    { name: "503 SlowDown", status: 503, body: "<Error><Code>SlowDown</Code><Message>Reduce.</Message></Error>" },
    { name: "500 InternalError", status: 500, body: "<Error><Code>InternalError</Code><Message>!</Message></Error>" },
    { name: "503 without a body", status: 503, body: "" },
  ],
  api: [
    { name: "502 of a proxy", status: 502, body: "<html>Bad Gateway" },
    { name: "504 of a proxy", status: 504, body: "" },
  ],
};

function refusalOf(status: number, type: string) {
  return { name: `${status} ${type.split("#").at(-1)}`, status, body: JSON.stringify({ __type: type, message: "!" }) };
}

/** Long enough that others come in between, and short enough that thousands of them end, in ms. */
const waits = { delay: 400, drip: 1200 };

/** Longer than a client, a function or its clients of the stores wait, in ms. */
export const endlessDripMs = 30_000;

const places = (["request", "answer"] as const).flatMap((message) =>
  (["head", "body"] as const).map((part) => ({ message, part, place: `${part} of the ${message}` })),
);

function cut(kind: Cut["kind"], name: string): NamedFault[] {
  return places.map(({ message, part, place }) => ({
    name: `${name} in the ${place}`,
    make: (_, random) => ({ kind, message, part, share: random.below(100) / 100 }),
  }));
}

function drip(name: string, chooseMilliseconds: (random: Random) => number): NamedFault[] {
  return places.map(({ message, part, place }) => ({
    name: `${name} in the ${place}`,
    make: (_, random) => ({ kind: "drip", message, part, milliseconds: chooseMilliseconds(random) }),
  }));
}

const ofEverything: readonly NamedFault[] = [
  ...cut("reset", "reset"),
  ...cut("end", "end"),
  ...drip("drips", (random) => random.below(waits.drip)),
  { name: "delayed", make: (_, random) => ({ kind: "delay", milliseconds: random.below(waits.delay) }) },
];

/** Each takes as long as its caller's patience, which is seconds. */
const endless: readonly NamedFault[] = [...cut("hang", "silence"), ...drip("endless drips", () => endlessDripMs)];

function refuse(target: Target): NamedFault[] {
  return refusals[target].flatMap(({ name, status, body }) =>
    (["before", "after"] as const).map((when) => ({
      name: `${name}, ${when}`,
      make: () => ({ kind: "answer", when, status, body }),
    })),
  );
}

/** To a batch of reads DynamoDB may also say: not now, ask again for all of them. */
const unprocessed: NamedFault = {
  name: "all keys unprocessed",
  make: ({ body }) => {
    const keys = JSON.parse(body.toString()).RequestItems;
    return {
      kind: "answer",
      when: "before",
      status: 200,
      body: JSON.stringify({ Responses: {}, UnprocessedKeys: keys }),
    };
  },
};

const endlessChance = 0.02;

/** Any fault that can befall this request. */
export function chooseFault(target: Target, request: SeenRequest, random: Random): { name: string; fault: Fault } {
  const extra = request.action === "BatchGetItem" ? [unprocessed] : [];
  const faults = random.chance(endlessChance) ? endless : [...ofEverything, ...refuse(target), ...extra];
  const { name, make } = random.pick(faults);
  return { name, fault: make(request, random) };
}
