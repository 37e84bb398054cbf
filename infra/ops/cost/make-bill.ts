import { functionMemory } from "../../function-memory.ts";
import { assumed, prices } from "../prices.ts";
import type { SubmissionKind } from "./make-submissions.ts";
import type { Usage } from "./measure-traffic.ts";
import type { Consumed } from "./meter-dynamodb.ts";

/** A line of the bill. */
export interface BillLine {
  readonly service: string;
  readonly what: string;
  /** For all submissions of the month. */
  readonly quantity: number;
  readonly unit: string;
  readonly usd: number;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  /** What comes every month, whatever is submitted. */
  readonly fixed: readonly BillLine[];
  /** Of `lines`. */
  readonly totalUsd: number;
  readonly fixedUsd: number;
}

/** How much of what costs by the month a stack has. */
export interface FixedParts {
  readonly alarms: number;
  readonly metrics: number;
  readonly dashboards: number;
}

const gigabyte = 1024 ** 3;

const nothing: Readonly<Consumed> = { requests: 0, writeUnits: 0, indexWriteUnits: 0, readUnits: 0 };

/**
 * The bill of a month with so many submissions, from what a run has used. They come evenly over the month, which is the dearest
 * case: each takes a part of the quota for itself, each change is an entry of the log for itself, and each request is traced.
 *
 * @param options.isTraced whether X-Ray samples; see `-c tracing`
 */
export function makeBill(
  usage: Usage,
  submissions: number,
  options: { readonly isTraced: boolean } & FixedParts,
): Bill {
  const measured = Object.values(usage.submissions).reduce((sum, count) => sum + count, 0);
  const times = submissions / measured;
  const changes = (measured - usage.submissions.replay) * times;
  const kind = (name: string) => usage.dynamoDb[name] ?? nothing;
  const articles = kind("articles");
  const { append, announcement } = describeCalls(usage, kind);
  const perQuota = kind("quota").writeUnits / Math.max(1, kind("quota").requests);

  const { dynamoDb, s3, lambda, httpApi, eventBridge, logs, xRay, cloudWatch } = prices;
  const line = (service: string, what: string, quantity: number, unit: string, price: number): BillLine => ({
    service,
    what,
    quantity: Math.round(quantity),
    unit,
    usd: quantity * price,
  });
  const lines = [
    line(
      "DynamoDB",
      "articles, in transactions",
      (articles.writeUnits - articles.indexWriteUnits) * times,
      "write units",
      dynamoDb.writeUnit,
    ),
    line("DynamoDB", "indexes of the lists", articles.indexWriteUnits * times, "write units", dynamoDb.writeUnit),
    line(
      "DynamoDB",
      "log of changes, and how far it is told",
      changes * (append.writeUnits + announcement.writeUnits),
      "write units",
      dynamoDb.writeUnit,
    ),
    line("DynamoDB", "quotas", perQuota * submissions, "write units", dynamoDb.writeUnit),
    line(
      "DynamoDB",
      "recurring lines of partners",
      kind("profile").writeUnits * times,
      "write units",
      dynamoDb.writeUnit,
    ),
    line(
      "DynamoDB",
      "everything that is read",
      (articles.readUnits + kind("profile").readUnits) * times + changes * (append.readUnits + announcement.readUnits),
      "read units",
      dynamoDb.readUnit,
    ),
    line("DynamoDB", "storage", usage.tableBytes * times, "bytes", dynamoDb.gigabyteMonth / gigabyte),
    line("S3", "raw bytes put", usage.rawPuts * times, "requests", s3.put),
    line("S3", "storage", usage.rawBytes * times, "bytes", s3.gigabyteMonth / gigabyte),
    line("Lambda", "calls", submissions + 2 * changes, "calls", lambda.request),
    line(
      "Lambda",
      "time to take them in",
      measureRequestMs(usage, times),
      "ms",
      (lambda.gigabyteSecond * functionMemory.requests) / 1024 / 1000,
    ),
    line(
      "Lambda",
      "time to tell of changes",
      changes * (2 * usage.appendMs + (append.requests + announcement.requests) * assumed.dynamoDbMs),
      "ms",
      (lambda.gigabyteSecond * functionMemory.streams) / 1024 / 1000,
    ),
    line("EventBridge", "events", changes, "events", eventBridge.event),
    line("API Gateway", "requests", submissions, "requests", httpApi.request),
    line(
      "CloudWatch",
      "logs",
      usage.logBytes * times + assumed.accessLogBytes * submissions,
      "bytes",
      logs.gigabyte / gigabyte,
    ),
    ...(options.isTraced ? [line("X-Ray", "traces", submissions + changes, "traces", xRay.trace)] : []),
  ];
  const fixed = [
    line("CloudWatch", "alarms", options.alarms, "alarms", cloudWatch.alarmMonth),
    line("CloudWatch", "metrics of our own", options.metrics, "metrics", cloudWatch.metricMonth),
    line("CloudWatch", "dashboard", options.dashboards, "dashboards", cloudWatch.dashboardMonth),
  ];
  return { lines, fixed, totalUsd: sum(lines), fixedUsd: sum(fixed) };
}

function sum(lines: readonly BillLine[]): number {
  return lines.reduce((total, { usd }) => total + usd, 0);
}

/**
 * What one call of the function takes that appends to the log of changes, and one of the function that tells the bus of it: how far
 * it is, what is new, and whether there are subscribers. Both read and write the same items; only the first one writes entries.
 */
function describeCalls(usage: Usage, kind: (name: string) => Readonly<Consumed>) {
  const [entries, head, cursor, subscribers] = [kind("entries"), kind("head"), kind("cursor"), kind("subscribers")];
  const appends = Math.max(1, usage.appends);
  // Each that has something to tell moves the position once, which is a unit.
  const announcements = Math.max(1, cursor.writeUnits);
  return {
    append: {
      requests: 1 + head.requests / appends,
      writeUnits: (entries.writeUnits + head.writeUnits) / appends,
      readUnits: head.readUnits / appends,
    },
    announcement: {
      // One more for the bus.
      requests: (entries.requests - appends + cursor.requests + subscribers.requests) / announcements + 1,
      writeUnits: cursor.writeUnits / announcements,
      readUnits: (entries.readUnits + cursor.readUnits + subscribers.readUnits) / announcements,
    },
  };
}

/** What the functions took here, and what the real stores let them wait. */
function measureRequestMs(usage: Usage, times: number): number {
  const kinds = Object.keys(usage.submissions) as SubmissionKind[];
  const here = kinds.reduce((sum, name) => sum + usage.submissions[name] * usage.medianMs[name], 0) * times;
  const articles = usage.dynamoDb["articles"]?.requests ?? 0;
  const quotas = kinds.reduce((sum, name) => sum + usage.submissions[name], 0);
  const waited = ((articles + quotas) * assumed.dynamoDbMs + usage.rawPuts * assumed.s3Ms) * times;
  return here + waited;
}
