import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Cut, type Fault, type FaultProxy, startFaultProxy } from "../../support/fault-proxy.ts";

/** What one end of a connection hears of the other. */
interface Heard {
  readonly pieces: string[];
  ended: "not" | "end" | "reset";
}

const body = "twenty bytes of body";
const request = `PUT /a HTTP/1.1\r\nHost: target\r\nX-Own: kept\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const atTarget: Heard[] = [];
const callers: Socket[] = [];
let proxy: FaultProxy;

function listen(socket: Socket): Heard {
  const heard: Heard = { pieces: [], ended: "not" };
  socket.on("data", (piece) => heard.pieces.push(piece.toString()));
  socket.once("end", () => {
    heard.ended = "end";
  });
  socket.once("error", () => {
    heard.ended = "reset";
  });
  return heard;
}

const target = createServer((socket) => {
  const heard = listen(socket);
  atTarget.push(heard);
  socket.on("data", () => {
    if (tell(heard) === "all") socket.end(answer);
  });
});

function call(): Heard {
  const socket = connect(Number(new URL(proxy.endpoint).port), "127.0.0.1");
  callers.push(socket);
  socket.write(request);
  return listen(socket);
}

function tell({ pieces }: Heard): string {
  const [head = "", got] = pieces.join("").split("\r\n\r\n");
  if (got === undefined) return head === "" ? "nothing" : "some of the head";
  return got === body ? "all" : `the head and ${got.length} bytes`;
}

beforeAll(async () => {
  await once(target.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => target.close());
beforeEach(async () => {
  atTarget.length = 0;
  proxy = await startFaultProxy(`http://127.0.0.1:${(target.address() as AddressInfo).port}`);
});
afterEach(async () => {
  for (const caller of callers) caller.destroy();
  await proxy.close();
});

const places: [message: Cut["message"], part: Cut["part"], share: number, target: string, caller: string][] = [
  ["request", "head", 0, "nothing", "nothing"],
  ["request", "head", 0.5, "some of the head", "nothing"],
  ["request", "body", 0, "the head and 0 bytes", "nothing"],
  ["request", "body", 0.5, "the head and 10 bytes", "nothing"],
  ["answer", "head", 0, "all", "nothing"],
  ["answer", "head", 0.99, "all", "some of the head"],
  ["answer", "body", 0, "all", "the head and 0 bytes"],
  ["answer", "body", 0.5, "all", "the head and 10 bytes"],
];

describe.each(places)("%s, %s, after a share of %d", (message, part, share, toTarget, toCaller) => {
  /** Who has answered whole has ended its connection, too. */
  const endAtTarget = (ended: Heard["ended"]) => (message === "request" ? ended : "end");

  test.each(["reset", "end"] as const)("%s: so much goes out, and then both connections go", async (kind) => {
    proxy.decide = () => ({ kind, message, part, share });
    const caller = call();
    await expect.poll(() => [atTarget[0]?.ended, caller.ended]).toEqual([endAtTarget(kind), kind]);
    expect([tell(atTarget[0] as Heard), tell(caller)]).toEqual([toTarget, toCaller]);
  });

  test("hang: so much goes out, and then nothing, until the caller goes", async () => {
    const reached = Promise.withResolvers<void>();
    proxy.decide = () => ({ kind: "hang", message, part, share, onReached: reached.resolve });
    const caller = call();
    await reached.promise;
    proxy.decide = () => undefined;
    const other = call();
    await expect.poll(() => tell(other)).toBe("all");
    expect([tell(atTarget[0] as Heard), tell(caller)]).toEqual([toTarget, toCaller]);
    expect([atTarget[0]?.ended, caller.ended]).toEqual([endAtTarget("not"), "not"]);
    callers.at(-2)?.destroy();
    await expect.poll(() => atTarget[0]?.ended).toBe("end");
  });
});

describe.each(["request", "answer"] as const)("a slow loris, in the %s", (message) => {
  test.each(["head", "body"] as const)("the %s comes in pieces, and all of it", async (part) => {
    proxy.decide = () => ({ kind: "drip", message, part, milliseconds: 20 });
    const caller = call();
    await expect.poll(() => caller.ended).toBe("end");
    expect([tell(atTarget[0] as Heard), tell(caller)]).toEqual(["all", "all"]);
    expect(atTarget[0]?.pieces.join("")).toMatch(
      /^PUT \/a HTTP\/1.1\r\nHost: target\r\nX-Own: kept\r\n.*Connection: close/s,
    );
    const { pieces } = message === "request" ? (atTarget[0] as Heard) : caller;
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces[0]?.includes("\r\n\r\n")).toBe(part === "body");
  });
});

const refusal = { kind: "answer", status: 503, body: "slow down" } as const;
const others: [name: string, fault: Fault | undefined, target: string[], caller: RegExp][] = [
  ["no fault", undefined, ["all"], /^HTTP\/1.1 200 .*twenty bytes of body$/s],
  ["a delay", { kind: "delay", milliseconds: 1 }, ["all"], /^HTTP\/1.1 200 .*twenty bytes of body$/s],
  ["an answer before", { ...refusal, when: "before" }, [], /^HTTP\/1.1 503 .*slow down/s],
  ["an answer after", { ...refusal, when: "after" }, ["all"], /^HTTP\/1.1 503 .*slow down/s],
];

test.each(others)("%s: the connection stays", async (_name, fault, toTarget, toCaller) => {
  proxy.decide = () => fault;
  const caller = call();
  await expect.poll(() => caller.pieces.join("")).toMatch(toCaller);
  expect(atTarget.map(tell)).toEqual(toTarget);
  expect(caller.ended).toBe("not");
});

test("who is delayed is overtaken", async () => {
  const delays = [{ kind: "delay", milliseconds: 300 } as const];
  proxy.decide = () => delays.pop();
  const [delayed, other] = [call(), call()];
  await expect.poll(() => tell(other)).toBe("all");
  expect(tell(delayed)).toBe("nothing");
  await expect.poll(() => tell(delayed)).toBe("all");
});
