import { beforeAll, describe, expect, test } from "vitest";
import { faults, readFaults } from "./faults.ts";
import { runScenario } from "./run-scenario.ts";
import { carelessProtocols, type Protocol, wrongProtocols } from "./wrong-protocols.ts";

const scenarios = Number(process.env["SCENARIOS"] ?? 20_000);
const firstSeed = Number(process.env["SEED"] ?? 1);

describe(`${scenarios} scenarios`, () => {
  const counts = new Map<string, number>();
  const violations: string[] = [];

  beforeAll(async () => {
    for (let seed = firstSeed; seed < firstSeed + scenarios; seed++) {
      const report = await runScenario(seed);
      for (const [what, count] of report.counts) counts.set(what, (counts.get(what) ?? 0) + count);
      if (report.violation === undefined) continue;
      violations.push(`${report.violation}: npm run simulate -- --seed ${seed} --scenarios 1`);
    }
    // A minute of computing, on a machine that may be slow or busy.
  }, 1_800_000);

  test("no promise is broken", () => {
    expect(violations).toEqual([]);
  });

  // What never happened proves nothing.
  const calls = ["readSnapshot", "readCandidates", "getOldestMember", "putRaw", "commit"];
  const struck = calls.flatMap((call) =>
    (call === "putRaw" || call === "commit" ? faults : readFaults).map(({ name }) => `fault ${name} @ ${call}`),
  );
  const happened = [
    ...["created", "updated", "duplicate", "unchanged", "retracted"].map((outcome) => `answer ${outcome}`),
    ...["answer not-found", "answer precondition-failed", "match content", "match url", "match near"],
    ...["lost races", "repeats", "retries", "clients that never return", "originals handed over", "clusters merged"],
    "vacant clusters revived",
    "tombstones brought back",
  ];
  test.each([...struck, ...happened])("it happens: %s", (what) => {
    expect(counts.get(what) ?? 0).toBeGreaterThan(0);
  });
});

async function findViolation(protocol: Protocol, maxScenarios: number): Promise<string | undefined> {
  for (let seed = 1; seed <= maxScenarios; seed++) {
    const { violation } = await runScenario(seed, { protocol });
    if (violation !== undefined) return violation;
  }
  return undefined;
}

describe("what is wrong is found", () => {
  test.each(wrongProtocols)("$name, within ten scenarios", async (protocol) => {
    expect(await findViolation(protocol, 10)).toBeDefined();
  });

  // A claim is seldom all that two equal texts meet in: they have the same keys, too.
  const maxScenarios: Readonly<Record<string, number>> = { "no condition on claim": 3000 };
  const needed = carelessProtocols.filter(({ name }) => name !== "no condition on leave");
  test.each(needed)("$name", async (protocol) => {
    expect(await findViolation(protocol, maxScenarios[protocol.name] ?? 100)).toBeDefined();
  });

  test("who leaves a cluster is held by the condition on its article already, so that the second one is never needed", async () => {
    const leave = carelessProtocols.find(({ name }) => name === "no condition on leave") as Protocol;
    expect(await findViolation(leave, 500)).toBeUndefined();
  });
});

test("a seed repeats its scenario, step by step", async () => {
  const [first, second] = [await runScenario(21, { isTraced: true }), await runScenario(21, { isTraced: true })];
  expect(first.trace.length).toBeGreaterThan(20);
  expect(second).toEqual(first);
});
