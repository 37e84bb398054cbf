import { synthesize } from "../../../infra/local/synthesize.ts";
import { makeBill } from "../../../infra/ops/cost/make-bill.ts";
import { usualMix } from "../../../infra/ops/cost/make-submissions.ts";
import { measureTraffic } from "../../../infra/ops/cost/measure-traffic.ts";
import type { Consumed } from "../../../infra/ops/cost/meter-dynamodb.ts";
import { cdkOut } from "../../support/cdk-out.ts";
import { type Ingest, type Ingests, startIngests } from "../ingest/start-ingests.ts";
import { median } from "../median.ts";
import { generateArticle } from "../sanitize/generate-article.ts";
import type { Effort, Section } from "../section.ts";

/** What an outcome took: requests, and units as the embedded DynamoDB counts them. */
interface Taken {
  readonly requests: number;
  readonly puts: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** What is asked of an ingest with article `n`, after which other questions, and what it should say. */
interface Question {
  readonly what: string;
  readonly outcome: { readonly ours: string; readonly naive: string | undefined };
  ask(ingest: Ingest, ingests: Ingests, n: number): Promise<string | undefined>;
}

const first = (n: number) => generateArticle(6_000, 50_000 + n);
/** Another word in one paragraph. */
const changed = (n: number) => first(n).replace("</p>", " Ferry.</p>");
const nearlyChanged = (n: number) => changed(n).replace("Ferry.", "Ferries.");
const submit = async (ingest: Ingest, id: string, html: string) =>
  (await ingest.put(id, { html, title: `Report ${id} of the council` })).outcome;

/** In this order, so that each finds what it needs. */
const questions: readonly Question[] = [
  {
    what: "new",
    outcome: { ours: "created", naive: "created" },
    ask: (ingest, _, n) => submit(ingest, `article${n}`, first(n)),
  },
  {
    what: "sent again",
    outcome: { ours: "unchanged", naive: "unchanged" },
    ask: (ingest, _, n) => submit(ingest, `article${n}`, first(n)),
  },
  {
    what: "changed",
    outcome: { ours: "updated", naive: "created" },
    ask: (ingest, _, n) => submit(ingest, `article${n}`, changed(n)),
  },
  {
    what: "exact copy",
    outcome: { ours: "duplicate", naive: "duplicate" },
    ask: (ingest, _, n) => submit(ingest, `exact${n}`, changed(n)),
  },
  {
    what: "near copy",
    outcome: { ours: "duplicate", naive: "created" },
    ask: (ingest, _, n) => submit(ingest, `near${n}`, nearlyChanged(n)),
  },
  {
    what: "copy retracted",
    outcome: { ours: "204", naive: undefined },
    ask: async (_, ingests, n) => String(await ingests.retract(`near${n}`)),
  },
];

/** Counts the requests and units of each outcome, and what a million of the usual mix would cost. */
export async function summarize({ isQuick }: Effort): Promise<Section> {
  await synthesize(cdkOut, () => {});
  const ingests = await startIngests({ isMetered: true });
  const taken = new Map<string, { ours: Taken; naive: Taken | undefined }>();
  try {
    const articles = isQuick ? 1 : 9;
    // What the first request of a process looks up it remembers.
    for (const ingest of [ingests.ours, ingests.naive]) await submit(ingest, "warm-up", first(400));
    for (const question of questions) {
      taken.set(question.what, {
        ours: await count(ingests, "ours", question, articles),
        naive: question.outcome.naive === undefined ? undefined : await count(ingests, "naive", question, articles),
      });
    }
  } finally {
    await ingests.close();
  }
  const [fresh, again] = [taken.get("new")?.ours, taken.get("sent again")?.ours];
  const usage = await measureTraffic(usualMix, { cdkOut, percentOf: isQuick ? 0.2 : 1 });
  const { submissionsUsd } = makeBill(usage, 1_000_000, { isTraced: false, alarms: 0, metrics: 0, dashboards: 0 });
  const plain = (value: number) => value.toFixed(0);
  return {
    title: "Requests and units of a submission",
    note: "Medians of what it sends to DynamoDB and S3, without what is counted and learned of the partner (a write each at first, and the rarer the more it sends). A write that its condition refuses is not counted: that is one of the naive build for each copy, and for what is sent again.",
    rows: [
      ["", "DynamoDB", "S3", "read units", "write units", "naive: DynamoDB", "S3", "write units"],
      ...[...taken].map(([what, { ours, naive }]) => [
        what,
        ...[ours.requests, ours.puts, ours.readUnits, ours.writeUnits].map(String),
        ...(naive === undefined ? ["", "", ""] : [naive.requests, naive.puts, naive.writeUnits].map(String)),
      ]),
    ],
    budgets: [
      { what: "DynamoDB requests, new", measured: fresh?.requests ?? Number.NaN, atMost: 2, show: plain },
      { what: "S3 requests, new", measured: fresh?.puts ?? Number.NaN, atMost: 1, show: plain },
      { what: "DynamoDB requests, sent again", measured: again?.requests ?? Number.NaN, atMost: 1, show: plain },
      { what: "S3 requests, sent again", measured: again?.puts ?? Number.NaN, atMost: 0, show: plain },
      {
        what: "A million submissions of the usual mix, with Lambda's time as it was here",
        measured: submissionsUsd,
        atMost: 15,
        show: (usd) => `$${usd.toFixed(2)}`,
      },
    ],
  };
}

async function count(ingests: Ingests, name: Ingest["name"], question: Question, articles: number): Promise<Taken> {
  const takes: Taken[] = [];
  for (let n = 0; n < articles; n++) {
    const before = readMeter(ingests);
    const outcome = await question.ask(ingests[name], ingests, n);
    if (outcome !== question.outcome[name]) throw new Error(`${name}: ${question.what} is ${outcome}.`);
    const after = readMeter(ingests);
    takes.push({
      requests: after.requests - before.requests,
      puts: after.puts - before.puts,
      readUnits: after.readUnits - before.readUnits,
      writeUnits: after.writeUnits - before.writeUnits,
    });
  }
  const middle = (key: keyof Taken) => median(takes.map((one) => one[key]));
  return {
    requests: middle("requests"),
    puts: middle("puts"),
    readUnits: middle("readUnits"),
    writeUnits: middle("writeUnits"),
  };
}

/** What is counted and learned of a partner: written at every article at first, and the rarer the more it sends. */
const ofPartner = new Set(["quota", "profile"]);

/** What was taken so far, of all kinds of items but those of the partner. */
function readMeter({ meter, rawPuts }: Ingests): Taken {
  const kinds = [...(meter?.consumed ?? [])].filter(([kind]) => !ofPartner.has(kind)).map(([, consumed]) => consumed);
  const sum = (key: keyof Consumed) => kinds.reduce((total, consumed) => total + consumed[key], 0);
  return { requests: sum("requests"), puts: rawPuts(), readUnits: sum("readUnits"), writeUnits: sum("writeUnits") };
}
