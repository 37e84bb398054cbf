import { readFileSync } from "node:fs";
import { join } from "node:path";
import { localStackName, synthesize } from "../../local/synthesize.ts";
import { type CapacityMode, targetUtilizationPercent } from "../../table-capacity.ts";
import { OpsError } from "../manage-keys.ts";
import { prices } from "../prices.ts";
import { renderTable } from "../render-table.ts";
import type { BillLine } from "./bill-line.ts";
import { type Bill, makeBill } from "./make-bill.ts";
import { type Mix, type SubmissionKind, submissionKinds } from "./make-submissions.ts";
import { measureTraffic, type Usage } from "./measure-traffic.ts";
import { sumOf } from "./sum-of.ts";

/**
 * A submission for each half a percent: enough for each kind, and done within a minute. Batches go faster, and take more to be full
 * for the most part. What recurs in a partner's articles is learned with its first ones, and weighs less in the longer run.
 */
const percentOf = (batch: number | undefined) => (batch === undefined ? 2 : 10);

export interface CostEstimate extends Bill {
  readonly submissions: number;
  readonly mix: Mix;
  readonly capacity: CapacityMode;
  readonly pricesTakenAt: string;
  readonly region: string;
  readonly usage: Usage;
}

/**
 * What so many submissions in a month would cost, from what a run of the local stack uses now.
 *
 * @param options.directory where the local stack is built, as for `npm start`; the run has its data elsewhere
 * @param options.batch so many in a request to `POST /v1/batches`; where it is absent, each by itself
 * @param options.capacity as with `-c capacity=`
 * @param options.isTraced as with `-c tracing=on`
 */
export async function estimateCost(options: {
  readonly submissions: number;
  readonly mix: Mix;
  readonly batch?: number | undefined;
  readonly capacity: CapacityMode;
  readonly directory: string;
  readonly isTraced: boolean;
  readonly onProgress: (line: string) => void;
}): Promise<CostEstimate> {
  const { submissions, mix, batch, capacity, directory, isTraced, onProgress } = options;
  const cdkOut = join(directory, "cdk.out");
  await synthesize(cdkOut, () => onProgress("Building the functions and the template"));
  const usage = await measureTraffic(mix, { cdkOut, percentOf: percentOf(batch), batch, onProgress });
  const bill = makeBill(usage, submissions, { isTraced, capacity, ...countFixedParts(cdkOut) });
  return { submissions, mix, capacity, pricesTakenAt: prices.takenAt, region: prices.region, ...bill, usage };
}

function countFixedParts(cdkOut: string) {
  const { Resources } = JSON.parse(readFileSync(join(cdkOut, `${localStackName}.template.json`), "utf8")) as {
    Resources: Record<
      string,
      { Type: string; Properties?: { Namespace?: string; MetricName?: string; Dimensions?: object } }
    >;
  };
  const ofType = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
  const alarms = ofType("AWS::CloudWatch::Alarm");
  const own = alarms.flatMap(({ Properties: { Namespace = "", MetricName, Dimensions = [] } = {} }) =>
    Namespace.startsWith("copydesk-") ? JSON.stringify([MetricName, Dimensions]) : [],
  );
  // Two more have no alarm: the articles and the copies among them.
  return {
    alarms: alarms.length,
    dashboards: ofType("AWS::CloudWatch::Dashboard").length,
    metrics: new Set(own).size + 2,
  };
}

/** The bill as a table, and what it rests on. */
export function renderCost({
  submissions,
  mix,
  capacity,
  lines,
  fixed,
  submissionsUsd,
  fixedUsd,
  totalUsd,
  usage,
  ...prices
}: CostEstimate): string {
  const usd = (amount: number) => amount.toFixed(2).padStart(8);
  const row = ({ service, what, quantity, unit, usd: amount }: BillLine) => [
    service,
    what,
    quantity,
    unit,
    usd(amount),
  ];
  const shares = submissionKinds.map((kind) => `${mix[kind]} % ${kind}`).join(", ");
  const run = sumOf(Object.values(usage.submissions));
  const medians =
    usage.batch === undefined
      ? submissionKinds.map((kind) => `${kind} ${usage.medianMs[kind]}`).join(", ")
      : `a batch ${usage.batch.medianMs}`;
  const way =
    usage.batch === undefined
      ? "each takes quota and is logged as a change by itself"
      : `in batches of ${usage.batch.size} by one partner, ${(run / usage.requests).toFixed(1)} in the mean of the run`;
  const held =
    capacity === "provisioned"
      ? `\nCapacity is held at a use of ${targetUtilizationPercent} %, and never less than minPerMinute asks for. An uneven flow costs more: autoscaling follows a rise after minutes, until when bursts live on what was not used in the five minutes before, and a fall after a quarter of an hour.`
      : "";
  const perMillion = (submissionsUsd / submissions) * 1_000_000;
  const busy =
    usage.loadPerCore > 1
      ? `\nThe machine was busy (${usage.loadPerCore.toFixed(1)} processes a core): Lambda's time is less on a quiet one. Run it again there.`
      : "";
  return `${renderTable(
    ["service", "what", "quantity", "unit", "     USD"],
    [
      ...lines.map(row),
      ["", "a month's submissions", submissions, "", usd(submissionsUsd)],
      ["", "for a million", 1_000_000, "", usd(perMillion)],
      ...fixed.map(row),
      ["", "every month, whatever comes", "", "", usd(fixedUsd)],
      ["", "together", "", "", usd(totalUsd)],
    ],
  )}

${shares}, evenly over the month: ${way}.${held}
Counted in a run of ${run} submissions just now. Medians in ms, on this machine: ${medians}.
Prices of ${prices.pricesTakenAt} for ${prices.region}, without free tiers; what stores take to answer is assumed (infra/ops/prices.ts).${busy}`;
}

/**
 * Reads `new=60,near=25,exact=10,replay=5`.
 *
 * @throws OpsError when the shares are no whole numbers that make up 100, or there is nothing new to be copied
 */
export function readMix(text: string): Mix {
  const mix: Record<SubmissionKind, number> = { new: 0, near: 0, exact: 0, replay: 0 };
  for (const part of text.split(",")) {
    const [kind, share = ""] = part.split("=");
    const known = submissionKinds.find((name) => name === kind);
    if (known === undefined || !/^\d{1,3}$/.test(share)) {
      throw new OpsError(`${JSON.stringify(part)} is no share; write ${submissionKinds.join("=N,")}=N, in percent.`);
    }
    mix[known] = Number(share);
  }
  if (submissionKinds.reduce((sum, kind) => sum + mix[kind], 0) !== 100)
    throw new OpsError("The shares have to make up 100.");
  if (mix.new === 0) throw new OpsError("There has to be something new that the others are copies of.");
  return mix;
}

/** As `readMix` reads it. */
export function tellMix(mix: Mix): string {
  return submissionKinds.map((kind) => `${kind}=${mix[kind]}`).join(",");
}
