import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { startDynamoDb } from "../../infra/local/dynamodb.ts";
import { endOnSignals, makeScratchDirectory } from "../../infra/local/make-scratch-directory.ts";
import { readOptions } from "../../infra/local/read-options.ts";
import { startS3Server } from "../../infra/local/s3/start-s3-server.ts";
import { synthesize } from "../../infra/local/synthesize.ts";
import { changeSettings } from "../../infra/ops/manage-settings.ts";
import { printTable } from "../bench/print-table.ts";
import { cdkOut } from "../support/cdk-out.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { openRandom } from "../support/random.ts";
import { showProgress } from "../support/show-progress.ts";
import { startTestStack } from "../support/start-stack.ts";
import { openLoad } from "./article-load.ts";
import { checkLoad } from "./check-load.ts";
import { chooseFault, type Target } from "./choose-fault.ts";

const { readCount } = readOptions(
  {
    faults: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    clients: { type: "string", default: "16" },
  },
  "Usage: npm run test:faults -- [--faults 10000] [--seed 1] [--clients 16]",
);
const [wanted, seed, clientCount] = [readCount("faults"), readCount("seed", 0), readCount("clients")];
endOnSignals();

/** How likely a request meets a fault. Of three tries in a row at least one must have a chance, or nothing would get on. */
const faultChance: Readonly<Record<Target, number>> = { dynamoDb: 0.2, s3: 0.25, api: 0.2 };

/** So often, in faults, all functions are killed. */
const faultsPerKill = 500;

const startedAt = Date.now();
const { path: directory, remove } = makeScratchDirectory("wire-faults");
const closers: (() => unknown)[] = [remove];
const struck = new Map<string, number>();
const random = openRandom(seed);
let faultCount = 0;
let requestCount = 0;
let isBreaking = false;

function breakAtRandom(proxy: FaultProxy, target: Target): FaultProxy {
  proxy.decide = (request) => {
    if (!isBreaking) return undefined;
    requestCount += 1;
    if (!random.chance(faultChance[target])) return undefined;
    const { name, fault } = chooseFault(target, request, random);
    faultCount += 1;
    const entry = `${target}: ${name}`;
    struck.set(entry, (struck.get(entry) ?? 0) + 1);
    return fault;
  };
  closers.push(() => proxy.close());
  return proxy;
}

try {
  await synthesize(cdkOut, () => console.error("Building the stack …"));
  const credentials = { accessKeyId: "faults", secretAccessKey: randomBytes(16).toString("hex") };
  // The runner takes these for servers that are not its own.
  process.env["AWS_ACCESS_KEY_ID"] = credentials.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey;
  const realDynamoDb = await startDynamoDb({ file: join(directory, "dynamodb.sqlite") });
  closers.push(() => realDynamoDb.close());
  const realS3 = await startS3Server({ directory: join(directory, "s3"), credentials });
  closers.push(() => realS3.close());
  const dynamoDb = breakAtRandom(await startFaultProxy(realDynamoDb.endpoint, { sparesChanges: false }), "dynamoDb");
  const s3 = breakAtRandom(await startFaultProxy(realS3.endpoint), "s3");
  const stack = await startTestStack({
    directory: join(directory, "stack"),
    dynamoDbEndpoint: dynamoDb.endpoint,
    s3Endpoint: s3.endpoint,
  });
  closers.push(() => stack.close());
  const api = breakAtRandom(await startFaultProxy(stack.url), "api");

  const partners = await Promise.all(["agency", "gazette", "courier"].map((name) => stack.newPartner("submit", name)));
  const reader = await stack.newPartner("read", "reader");
  const quota = { perMinute: 1_000_000, burst: 1_000_000, dailyArticles: 10_000_000 };
  for (const { partner } of partners) await changeSettings(stack.partners, partner, { quota });

  const load = openLoad(
    api.endpoint,
    partners.map(({ partner, key }) => ({ name: partner, key })),
  );
  const progress = showProgress({ total: wanted, unit: "faults" });
  const timer = setInterval(() => {
    progress.show(faultCount, `${load.counts.acknowledged.toLocaleString("en")} acknowledged`);
  }, 500);
  let nextKill = faultsPerKill;
  isBreaking = true;
  await Promise.all(
    Array.from({ length: clientCount }, (_, client) =>
      load.work(openRandom(seed * 1000 + client), () => {
        if (faultCount >= nextKill) {
          nextKill += faultsPerKill;
          struck.set("functions killed", (struck.get("functions killed") ?? 0) + 1);
          stack.killFunctions();
        }
        return faultCount >= wanted;
      }),
    ),
  );
  isBreaking = false;
  clearInterval(timer);
  progress.end();
  console.error("Looking at what is there …");
  const findings = await checkLoad(load, reader, new Map(partners.map((client) => [client.partner, client])));

  printTable(
    [...struck].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [name, count.toLocaleString("en")]),
  );
  printTable([
    ["requests on the wire", requestCount.toLocaleString("en")],
    ["with a fault", faultCount.toLocaleString("en")],
    ["attempts of clients", load.counts.attempts.toLocaleString("en")],
    ["sent again", load.counts.retries.toLocaleString("en")],
    ["acknowledged", load.counts.acknowledged.toLocaleString("en")],
    ["articles", load.articles.length.toLocaleString("en")],
    ["seed", String(seed)],
    ["seconds", ((Date.now() - startedAt) / 1000).toFixed(0)],
  ]);
  printTable(
    findings.map(({ promise, cases, broken }) => [
      promise,
      `${(cases - broken.length).toLocaleString("en")} of ${cases.toLocaleString("en")}`,
    ]),
  );
  for (const { promise, broken } of findings) {
    for (const what of broken.slice(0, 5)) console.log(`BROKEN: ${promise}: ${what}`);
  }
  process.exitCode = findings.some(({ broken }) => broken.length > 0) ? 1 : 0;
} finally {
  for (const close of closers.reverse()) await close();
}
