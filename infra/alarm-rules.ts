import type { LatencyClass } from "../shared/api/latency-class.ts";

/** What is measured; `alarms.ts` says where the numbers come from. */
export type Measure =
  | "gateway-5xx"
  | `p99-${LatencyClass}`
  | "function-throttles"
  | "table-throttles"
  | "dead-letters"
  | "event-function-errors"
  | "item-faults"
  | "stream-age"
  | "changes-lag"
  | "import-wait"
  | "quota-refusals"
  | "refused-keys"
  | "only-duplicates"
  | "unsafe-content";

/** When somebody is woken, what it means, and where to begin. */
export interface AlarmRule {
  /** Also the heading of its section in RUNBOOK.md. */
  readonly title: string;
  readonly measure: Measure;
  /** The alarm fires at this value and above it. */
  readonly threshold: number;
  /** Length of a period, and how many of them in a row have to be at the threshold. */
  readonly periodMinutes: number;
  readonly periods: number;
  /** What its firing means to a user, as a sentence. */
  readonly meaning: string;
  /** What to do first, as a sentence. */
  readonly first: string;
}

/**
 * All alarms. A measure that there is for each of several things (tables, queues, streams) gives an alarm for each. A test
 * keeps the sentences here and in RUNBOOK.md equal.
 */
export const alarmRules: readonly AlarmRule[] = [
  {
    title: "Server errors",
    measure: "gateway-5xx",
    threshold: 5,
    periodMinutes: 5,
    periods: 1,
    meaning: "Partners and readers get answers with a status of 500 and above, and have to send their requests again.",
    first: "Read the lines with level error of the last minutes: they name the operation and the cause.",
  },
  {
    title: "Slow submissions",
    measure: "p99-submit",
    threshold: 3000,
    periodMinutes: 5,
    periods: 3,
    meaning: "One in a hundred single submissions takes longer than three seconds, and partners begin to time out.",
    first: "See on the dashboard whether a table is throttled or the functions are, and whether all partners are slow.",
  },
  {
    title: "Slow batches",
    measure: "p99-batch",
    threshold: 15_000,
    periodMinutes: 5,
    periods: 3,
    meaning: "Batches come near to their limit of 20 seconds, so that their last items are answered deferred.",
    first: "See whether submissions are slow as well: if not, a partner sends batches that are larger than before.",
  },
  {
    title: "Slow lists",
    measure: "p99-list",
    threshold: 2000,
    periodMinutes: 5,
    periods: 3,
    meaning: "Desks wait longer than two seconds for a page of a list.",
    first: "Ask the slow query again with explain=true, which tells the index and what it cost.",
  },
  {
    title: "Slow reads",
    measure: "p99-single",
    threshold: 1500,
    periodMinutes: 5,
    periods: 3,
    meaning: "Readers wait longer than a second and a half for a single article.",
    first: "See whether it is one operation or all: the former is S3 or a huge article, the latter DynamoDB.",
  },
  {
    title: "Functions throttled",
    measure: "function-throttles",
    threshold: 1,
    periodMinutes: 1,
    periods: 3,
    meaning:
      "Requests are refused with 503 since this account and region run as many functions at once as they may, ours or somebody else's.",
    first: "Look at ConcurrentExecutions by function to see whose they are, and have the account's limit raised.",
  },
  {
    title: "Table throttled",
    measure: "table-throttles",
    threshold: 1,
    periodMinutes: 1,
    periods: 3,
    meaning:
      "Requests are slow or answered 503, for more is asked of a table or of one of its partitions than it gives.",
    first:
      "See whether the whole table grows or one key is hot: CloudWatch Contributor Insights of the table names keys.",
  },
  {
    title: "Dead letters",
    measure: "dead-letters",
    threshold: 1,
    periodMinutes: 1,
    periods: 1,
    meaning: "Work was given up after its last attempt and stands still until somebody starts it again.",
    first: "List what was given up and its cause, mend the cause, then redrive it.",
  },
  {
    title: "Items failed",
    measure: "item-faults",
    threshold: 1,
    periodMinutes: 5,
    periods: 1,
    meaning:
      "A fault of ours keeps an item of a batch, a hub's delivery or an import out, whatever its partner does; the others are in.",
    first: "Read the lines with itemFaults: they name the error, where it was thrown and which item it was.",
  },
  {
    title: "Background errors",
    measure: "event-function-errors",
    threshold: 3,
    periodMinutes: 5,
    periods: 1,
    meaning: "A function that no request waits for fails again and again, and what it does is late.",
    first: "Read the last error in its log; it is tried again by itself once the cause is gone.",
  },
  {
    title: "Stream behind",
    measure: "stream-age",
    threshold: 120_000,
    periodMinutes: 1,
    periods: 5,
    meaning:
      "What follows the articles table is minutes behind; after a day of that the stream forgets what was not read.",
    first: "See whether its function fails or is only slow: a failure stops the stream, and its log names the cause.",
  },
  {
    title: "Changes late",
    measure: "changes-lag",
    threshold: 60_000,
    periodMinutes: 5,
    periods: 2,
    meaning: "Whoever polls for changes sees articles more than a minute after they were acknowledged.",
    first: "Compare with the rate of submissions: one log takes some 5,000 changes a second.",
  },
  {
    title: "Imports wait",
    measure: "import-wait",
    threshold: 3600,
    periodMinutes: 5,
    periods: 3,
    meaning: "An import has waited for an hour, and its partner sees no progress.",
    first: "List the open imports: five at once are worked on, and five large ones make the others wait.",
  },
  {
    title: "Quota refusals",
    measure: "quota-refusals",
    threshold: 1000,
    periodMinutes: 15,
    periods: 1,
    meaning: "A partner's articles are refused with 429 by the hundred, and appear late or not at all.",
    first: "Find the partner in the log, and ask whether it is a loop or an archive before its quota is raised.",
  },
  {
    title: "Refused keys",
    measure: "refused-keys",
    threshold: 50,
    periodMinutes: 5,
    periods: 1,
    meaning: "Somebody guesses keys, or a partner goes on with a key or a secret that was revoked and is locked out.",
    first: "See in the access log whether it is one address, and in the list of partners whose key was revoked.",
  },
  {
    title: "Only duplicates",
    measure: "only-duplicates",
    threshold: 1,
    periodMinutes: 15,
    periods: 1,
    meaning: "A partner sends nothing but copies of what others have sent, which lists leave out.",
    first: "Find the partner in the log, and look whether somebody took its URLs before it or it sends another's feed.",
  },
  {
    title: "Unsafe content",
    measure: "unsafe-content",
    threshold: 1,
    periodMinutes: 5,
    periods: 1,
    meaning:
      "The sanitizer failed its own check: the article was refused with 422, and nobody was shown anything unsafe.",
    first: "Fetch the bytes from quarantine/ in the bucket of raw HTML, and make a test of the sanitizer from them.",
  },
];

/** What an alarm says, with the place where it goes on. */
export function describeAlarm(rule: AlarmRule, about?: string): string {
  const { title, meaning, first } = rule;
  const heading = about === undefined ? title : `${title} (${about})`;
  return `${heading}. ${meaning} ${first} See "${title}" in infra/RUNBOOK.md.`;
}
