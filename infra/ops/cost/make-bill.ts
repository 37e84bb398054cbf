import { maxAtOnce } from "../../../shared/submit-batch.ts";
import { functionMemory } from "../../function-memory.ts";
import { streamWindowSeconds } from "../../stream-window.ts";
import type { CapacityMode } from "../../table-capacity.ts";
import { assumed, prices } from "../prices.ts";
import { type BillLine, billLine } from "./bill-line.ts";
import { billTables } from "./bill-tables.ts";
import type { SubmissionKind } from "./make-submissions.ts";
import type { Usage } from "./measure-traffic.ts";
import type { Consumed } from "./meter-dynamodb.ts";
import { sumOf } from "./sum-of.ts";

export interface Bill {
  readonly lines: readonly BillLine[];
  /** What comes every month, whatever is submitted. */
  readonly fixed: readonly BillLine[];
  /** Of `lines`. */
  readonly submissionsUsd: number;
  /** Of `fixed`. */
  readonly fixedUsd: number;
  /** Of both. */
  readonly totalUsd: number;
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
 * The bill of a month with so many submissions, from what a run has used. Requests come evenly over the month, which is the dearest
 * case on demand: each takes a part of the quota for itself, its changes are appended to the log apart from those of others, and it
 * is traced. Where capacity is held, an even flow is the cheapest case.
 *
 * @param options.isTraced whether X-Ray samples; see `-c tracing`
 * @param options.capacity see `-c capacity`; on demand where it is absent
 */
export function makeBill(
  usage: Usage,
  submissions: number,
  options: { readonly isTraced: boolean; readonly capacity?: CapacityMode | undefined } & FixedParts,
): Bill {
  const { isTraced, capacity = "on-demand" } = options;
  const measured = sumOf(Object.values(usage.submissions));
  const times = submissions / measured;
  const changes = (measured - usage.submissions.replay) * times;
  const requests = usage.requests * times;
  const kind = (name: string) => usage.dynamoDb[name] ?? nothing;
  const [articles, profile, quota] = [kind("articles"), kind("profile"), kind("quota")];
  const log = describeLog(usage, { kind, times, requests, changes, capacity });
  // A transaction that was cancelled has cost as much as one that was not, but for the indexes, which it never reached.
  const again = 1 + usage.cancelled / (measured - usage.submissions.replay);
  const perQuota = quota.writeUnits / Math.max(1, quota.requests);

  const { dynamoDb, s3, lambda, httpApi, eventBridge, logs, xRay, cloudWatch } = prices;
  const lines = [
    ...billTables(capacity, {
      articles: {
        write: (articles.writeUnits - articles.indexWriteUnits) * again * times,
        read: articles.readUnits * times,
      },
      indexes: Object.values(usage.indexWriteUnits).map((units) => units * times),
      profiles: { write: profile.writeUnits * times, read: profile.readUnits * times },
      changes: log.entries,
      told: log.told,
      quotas: { write: perQuota * usage.quotaWrites * requests, read: 0 },
    }),
    billLine("DynamoDB", "storage", usage.tableBytes * times, "bytes", dynamoDb.gigabyteMonth / gigabyte),
    billLine("S3", "raw bytes put", usage.rawPuts * times, "requests", s3.put),
    billLine("S3", "storage", usage.rawBytes * times, "bytes", s3.gigabyteMonth / gigabyte),
    billLine("Lambda", "calls", requests + log.appends + log.announcements, "calls", lambda.request),
    billLine(
      "Lambda",
      "time to take them in",
      measureRequestMs(usage, times),
      "ms",
      (lambda.gigabyteSecond * functionMemory.requests) / 1024 / 1000,
    ),
    billLine(
      "Lambda",
      "time to tell of changes",
      log.ms,
      "ms",
      (lambda.gigabyteSecond * functionMemory.streams) / 1024 / 1000,
    ),
    billLine("EventBridge", "events", changes, "events", eventBridge.event),
    billLine("API Gateway", "requests", requests, "requests", httpApi.request),
    billLine(
      "CloudWatch",
      "logs",
      usage.logBytes * times + assumed.accessLogBytes * requests,
      "bytes",
      logs.gigabyte / gigabyte,
    ),
    ...(isTraced ? [billLine("X-Ray", "traces", requests + log.appends, "traces", xRay.trace)] : []),
  ];
  // Of articles and changes, and of each index, reads and writes are scaled apart.
  const scaled = capacity === "provisioned" ? 2 * (2 + Object.keys(usage.indexWriteUnits).length) : 0;
  const fixed = [
    billLine("CloudWatch", "alarms", options.alarms, "alarms", cloudWatch.alarmMonth),
    ...(scaled === 0
      ? []
      : [
          billLine(
            "CloudWatch",
            "alarms of autoscaling",
            scaled * assumed.alarmsOfAutoscaling,
            "alarms",
            cloudWatch.alarmMonth,
          ),
        ]),
    billLine("CloudWatch", "metrics of our own", options.metrics, "metrics", cloudWatch.metricMonth),
    billLine("CloudWatch", "dashboard", options.dashboards, "dashboards", cloudWatch.dashboardMonth),
  ];
  const [submissionsUsd, fixedUsd] = [sumUsd(lines), sumUsd(fixed)];
  return { lines, fixed, submissionsUsd, fixedUsd, totalUsd: submissionsUsd + fixedUsd };
}

function sumUsd(lines: readonly BillLine[]): number {
  return sumOf(lines.map(({ usd }) => usd));
}

/**
 * The log of changes in a month: the calls that append to it and those that tell the bus of what was appended, their time, and what
 * they write and read.
 *
 * One by one, each change is a call and an entry of its own: a part of the table's stream sees less than one a second, whatever the
 * volume, since it is full after two million articles. The changes of a batch come within the second for which Lambda gathers them, so
 * that there is a call for each part of the stream that some of them lie in. An entry that is thereby divided takes at most a unit
 * more for each of its parts, which is what is billed beyond what was counted.
 *
 * The bus is told from one stream, once for each request or batch, as it was in the run, and all that comes within a second together.
 */
function describeLog(
  usage: Usage,
  month: {
    readonly kind: (name: string) => Readonly<Consumed>;
    readonly times: number;
    readonly requests: number;
    readonly changes: number;
    readonly capacity: CapacityMode;
  },
) {
  const { kind, times, requests, changes, capacity } = month;
  const [entries, head, cursor, subscribers] = [kind("entries"), kind("head"), kind("cursor"), kind("subscribers")];
  const counted = { appends: Math.max(1, usage.appends), announcements: Math.max(1, cursor.writeUnits) };
  const isBatched = usage.batch !== undefined;

  const leastParts = capacity === "on-demand" ? assumed.partitionsOnDemand : 1;
  const parts = Math.max(leastParts, Math.ceil((usage.tableBytes * times) / assumed.partitionBytes));
  const appends = isBatched ? requests * partsHit(changes / requests, parts) : changes;
  const apart = isBatched ? counted.announcements * times : changes;
  const perSecond = apart / (assumed.hoursOfMonth * 3600);
  const announcements = apart / (1 + Math.floor(perSecond * streamWindowSeconds));

  // The first request of an append writes an entry; that it looks for the head and moves it is rare.
  const appendRequests = 1 + head.requests / counted.appends;
  // Each that has something to tell moves the position once, which is a unit, and one more request is for the bus.
  const queries = (entries.requests - counted.appends) / counted.announcements;
  const announcementRequests = (cursor.requests + subscribers.requests) / counted.announcements + 1;
  return {
    appends,
    announcements,
    ms:
      appends * (usage.appendMs + appendRequests * assumed.dynamoDbMs) +
      announcements * (usage.appendMs + announcementRequests * assumed.dynamoDbMs) +
      apart * queries * assumed.dynamoDbMs,
    entries: {
      write:
        entries.writeUnits * times +
        Math.max(0, appends - usage.appends * times) +
        (head.writeUnits / counted.appends) * appends,
      read: (head.readUnits / counted.appends) * appends + (entries.readUnits / counted.announcements) * apart,
    },
    told: {
      write: (cursor.writeUnits / counted.announcements) * announcements,
      read: ((cursor.readUnits + subscribers.readUnits) / counted.announcements) * announcements,
    },
  };
}

/** How many of the parts some of so many changes lie in, when each lies in any of them. */
function partsHit(changes: number, parts: number): number {
  return parts * (1 - (1 - 1 / parts) ** changes);
}

/** What the functions took here, and what the real stores let them wait. */
function measureRequestMs(usage: Usage, times: number): number {
  const articles = usage.dynamoDb["articles"]?.requests ?? 0;
  const waited = articles * assumed.dynamoDbMs + usage.rawPuts * assumed.s3Ms;
  const leased = usage.requests * usage.quotaWrites * assumed.dynamoDbMs;
  if (usage.batch === undefined) {
    const kinds = Object.keys(usage.submissions) as SubmissionKind[];
    const here = sumOf(kinds.map((name) => usage.submissions[name] * usage.medianMs[name]));
    return (here + waited + leased) * times;
  }
  // Items of a batch wait several at once: never longer than if they were divided evenly, and the longest came last (Graham's bound).
  const longest = 3 * assumed.dynamoDbMs + assumed.s3Ms;
  return (usage.requests * (usage.batch.medianMs + longest) + waited / maxAtOnce + leased) * times;
}
