import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { embedMetrics } from "../../functions/http/embed-metrics.ts";
import { watchDuplicates } from "../../functions/http/watch-duplicates.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import { invoke, makeFunction } from "../support/run-chain.ts";

beforeEach(() => vi.stubEnv("METRICS_NAMESPACE", "copydesk-test"));
afterEach(() => vi.unstubAllEnvs());

/** What CloudWatch would take from a line, after the specification of the format. */
function readMetrics(line: Record<string, unknown> = {}): Record<string, unknown> {
  const { Timestamp, CloudWatchMetrics } = line["_aws"] as {
    Timestamp: number;
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  expect(Math.abs(Timestamp - Date.now())).toBeLessThan(60_000);
  const taken: Record<string, unknown> = {};
  for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    expect(Namespace).toBe("copydesk-test");
    for (const { Name, Unit } of Metrics) {
      expect(typeof line[Name]).toBe("number");
      for (const dimensions of Dimensions) {
        const values = dimensions.map((name) => `${name}=${line[name]}`);
        taken[[Name, ...values].join(" ")] = `${Unit} ${Name === "durationMs" ? "…" : line[Name]}`;
      }
    }
  }
  return taken;
}

const problems = (kind: ConstructorParameters<typeof ProblemError>[0]) =>
  makeFunction(() => {
    throw new ProblemError(kind, "No.");
  });
const answers = (log: Record<string, string | number>) =>
  makeFunction(() => ({ status: 200, json: { name: "thing" }, log: { partner: "wire", ...log } }));
const duration = { "durationMs class=single": "Milliseconds …" };

test.each([
  ["an answer", answers({ items: 3 }), {}],
  ["a new article", answers({ outcome: "created" }), { articles: "Count 1", duplicates: "Count 0" }],
  ["a copy", answers({ outcome: "duplicate" }), { articles: "Count 1", duplicates: "Count 1" }],
  ["a dry run", answers({ outcome: "duplicate", validateOnly: "true" }), {}],
  ["a batch", answers({ items: 9, created: 5, duplicate: 4 }), { articles: "Count 9", duplicates: "Count 4" }],
  [
    "a batch beyond the quota",
    answers({ items: 9, updated: 4, duplicate: 0, refused: 2, deferred: 3, beyondQuota: 3 }),
    { articles: "Count 4", duplicates: "Count 0", quotaRefusals: "Count 3" },
  ],
  ["a quota that is used up", problems("quota-exceeded"), { quotaRefusals: "Count 1" }],
  ["a refused key", problems("unauthenticated"), { refusedKeys: "Count 1" }],
  ["a refused signature", problems("invalid-signature"), { refusedKeys: "Count 1" }],
  ["a fault of the sanitizer", problems("unsafe-content"), { unsafeContent: "Count 1" }],
  ["another refusal", problems("not-found"), {}],
])("%s", async (_, handler, expected) => {
  const { log } = await invoke(handler, { path: "/things" });
  expect(log).toHaveLength(1);
  expect(readMetrics(log[0])).toEqual({ ...duration, ...expected });
});

test("without a namespace a line has no metrics", () => {
  vi.stubEnv("METRICS_NAMESPACE", undefined);
  expect(embedMetrics({ changes: 1 }, [{ dimensions: [], metrics: ["changes"] }], 0)).toEqual({});
});

test("what a line does not have is no metric of it", () => {
  expect(embedMetrics({ changes: undefined }, [{ dimensions: [], metrics: ["changes", "lagMs"] }], 0)).toEqual({});
});

test("the level debug adds a line that says how large and how late it was, and nothing of what it said", async () => {
  vi.stubEnv("AWS_LAMBDA_LOG_LEVEL", "DEBUG");
  const { log } = await invoke(answers({}), { path: "/things", method: "POST", body: "Geheimsache" });
  expect(log.map(({ level }) => level)).toEqual(["info", "debug"]);
  expect(log[1]).toMatchObject({ requestId: "request-1", requestCharacters: 11, heapMb: expect.any(Number) });
  expect(JSON.stringify(log)).not.toContain("Geheimsache");
});

describe("a partner that sends only copies", () => {
  const send = (watch: ReturnType<typeof watchDuplicates>, partner: string, articles: number, duplicates: number) =>
    watch.count(partner, { articles, duplicates });

  test.each([
    ["a hundred copies", Array(100).fill(1), 1],
    ["ninety-eight of a hundred", [...Array(98).fill(1), 0, 0], 1],
    ["ninety-seven of a hundred", [...Array(97).fill(1), 0, 0, 0], 0],
  ])("%s", (_, duplicates: number[], expected) => {
    const watch = watchDuplicates();
    const answers = duplicates.map((count) => send(watch, "wire", 1, count));
    expect(answers.slice(0, -1)).toEqual(Array(99).fill(undefined));
    expect(answers.at(-1)).toBe(expected);
  });

  test("each partner is counted for itself, and begins anew after its hundred", () => {
    const watch = watchDuplicates();
    expect(send(watch, "wire", 99, 99)).toBeUndefined();
    expect(send(watch, "gazette", 99, 0)).toBeUndefined();
    expect(send(watch, "wire", 1, 1)).toBe(1);
    expect(send(watch, "wire", 1, 1)).toBeUndefined();
    expect(send(watch, "gazette", 500, 500)).toBe(0);
  });

  test("a thousand partners are remembered, and no more", () => {
    const watch = watchDuplicates();
    for (let index = 0; index <= 1000; index++) send(watch, `partner-${index}`, 99, 99);
    expect(send(watch, "partner-0", 1, 1)).toBeUndefined();
    expect(send(watch, "partner-1000", 1, 1)).toBe(1);
  });
});
