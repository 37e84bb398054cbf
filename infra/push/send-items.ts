import { problemType } from "../../shared/api/problem.ts";
import { type AnsweredProblem, ProblemAnswer } from "../../shared/api/problem-answer.ts";
import { backOff, maxAttempts, type Patience, readRetryAfter } from "./back-off.ts";
import { type Envelope, type Item, joinItems, type Place } from "./entry.ts";
import { PushError } from "./push-error.ts";

/** What the API says of one item. */
export interface ItemAnswer {
  readonly index: number;
  readonly status: number;
  readonly result?: { readonly outcome: string } | undefined;
  readonly problem?: AnsweredProblem | undefined;
}

/** What became of an item in the end. */
export type Settled =
  | { readonly place: Place; readonly outcome: string }
  | { readonly place: Place; readonly problem: AnsweredProblem; readonly item: Item };

/** Sends a body once. Throws `ProblemAnswer`, or what `fetch` throws. */
export type Post = (
  body: Uint8Array,
  contentType: string,
  signal: AbortSignal,
) => Promise<{ readonly headers: Headers; readonly items: readonly ItemAnswer[] }>;

export interface SenderOptions {
  readonly post: Post;
  readonly patience: Patience;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** A request that takes longer is taken for lost. */
  readonly timeoutMs?: number;
  /** Hears why and how long nothing moves. */
  readonly onWait?: (reason: string, milliseconds: number) => void;
}

/** Longer than any function may take, and than the gateway waits. */
const defaultTimeoutMs = 40_000;

/** Whoever is told to wait longer than this comes back another time. */
const maxWaitMs = 5 * 60_000;

export interface Sender {
  /** Sends items of one envelope until each of them is settled. */
  settle(items: readonly Item[]): Promise<Settled[]>;
}

/**
 * Sends items and sends again what has to be: requests without an answer, or with one that says "later", as a whole; of an
 * answer, the items that were deferred. To send something twice does no harm. A request that is refused as a whole is halved,
 * until what is at fault stands alone.
 *
 * `settle` throws PushError when it makes no sense to go on: a key that is not accepted, a wrong address, a server that does
 * not come back.
 */
export function openSender({ post, patience, signal, timeoutMs = defaultTimeoutMs, onWait }: SenderOptions): Sender {
  let hasBeenAnswered = false;

  async function wait(reason: string, attempt: number, retryAfterMs: number | undefined): Promise<void> {
    const milliseconds = backOff(attempt, retryAfterMs, patience.random);
    if (milliseconds > maxWaitMs) {
      const time = new Date(patience.now() + milliseconds).toISOString().slice(0, 16);
      throw new PushError(`${reason} The server asks to come back at ${time}Z. Run the same command again then.`);
    }
    if (attempt + 1 >= maxAttempts) {
      throw new PushError(`${reason} It did not pass in ${maxAttempts} attempts. Run the same command again later.`);
    }
    onWait?.(reason, milliseconds);
    await patience.sleep(milliseconds, signal);
  }

  async function settle(items: readonly Item[]): Promise<Settled[]> {
    const settled: Settled[] = [];
    let pending = items;
    let attempt = 0;
    while (pending.length > 0) {
      const reply = await sendOnce(pending, attempt);
      hasBeenAnswered ||= reply.kind !== "later";
      if (reply.kind === "refused") {
        if (pending.length > 1) {
          const middle = Math.ceil(pending.length / 2);
          return [...settled, ...(await settle(pending.slice(0, middle))), ...(await settle(pending.slice(middle)))];
        }
        return [...settled, ...pending.map((item) => ({ place: item.place, problem: reply.problem, item }))];
      }
      if (reply.kind === "later") {
        await wait(reply.reason, attempt, reply.retryAfterMs);
        attempt += 1;
        continue;
      }
      const sorted = sortAnswers(pending, reply.items);
      settled.push(...sorted.settled);
      if (sorted.settled.length > 0) attempt = 0;
      pending = sorted.pending;
      if (pending.length === 0) break;
      const { problem } = sorted;
      const isOurs = sorted.settled.length === 0 && attempt + 1 >= maxAttempts && problem?.status === 500;
      if (isOurs) return [...settled, ...pending.map((item) => ({ place: item.place, problem, item }))];
      // What was deferred for want of time can follow at once.
      if (sorted.settled.length > 0 && problem?.retryAfterSeconds === undefined && problem?.status === 503) continue;
      const after = problem?.retryAfterSeconds;
      const reason = `Deferred: ${problem?.detail ?? "the answer left items out."}`;
      await wait(reason, attempt, after === undefined ? reply.retryAfterMs : after * 1000);
      attempt += 1;
    }
    return settled;
  }

  type Reply =
    | { readonly kind: "answered"; readonly items: readonly ItemAnswer[]; readonly retryAfterMs: number | undefined }
    | { readonly kind: "refused"; readonly problem: AnsweredProblem }
    | { readonly kind: "later"; readonly reason: string; readonly retryAfterMs?: number | undefined };

  async function sendOnce(items: readonly Item[], attempt: number): Promise<Reply> {
    const envelope = items[0]?.envelope as Envelope;
    signal.throwIfAborted();
    try {
      const request = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const answer = await post(joinItems(envelope, items), envelope.contentType, request);
      const retryAfterMs = readRetryAfter(answer.headers.get("retry-after"), patience.now());
      return { kind: "answered", items: answer.items, retryAfterMs };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ProblemAnswer))
        return { kind: "later", reason: explainFault(error, hasBeenAnswered || attempt > 0) };
      if (isPassing(error.status)) {
        const retryAfterMs = readRetryAfter(error.headers.get("retry-after"), patience.now());
        return { kind: "later", reason: `${error.status} ${error.problem.detail}`, retryAfterMs };
      }
      refuseAddressOrKey(error);
      return { kind: "refused", problem: error.problem };
    }
  }

  return { settle };
}

/** 408, 425, 429 and what is the server's fault: the same request may be taken another time. */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Which items are settled, and which have to be sent again; the problem is the one of the first of these. */
function sortAnswers(items: readonly Item[], answers: readonly ItemAnswer[]) {
  const settled: Settled[] = [];
  const pending: Item[] = [];
  let problem: (AnsweredProblem & { readonly retryAfterSeconds?: number | undefined }) | undefined;
  const byIndex = new Map(answers.map((answer) => [answer.index, answer]));
  for (const [index, item] of items.entries()) {
    const answer = byIndex.get(index);
    byIndex.delete(index);
    if (answer === undefined || isPassing(answer.status)) {
      problem ??= answer?.problem;
      pending.push(item);
    } else settled.push(settleAnswer(item, item.place, answer));
  }
  const last = items.at(-1) as Item;
  // More was found in it than was put there, for example that a document was cut off.
  for (const answer of byIndex.values()) {
    settled.push(settleAnswer(last, { file: last.place.file, index: last.place.index + 1 }, answer));
  }
  return { settled, pending, problem };
}

function settleAnswer(item: Item, place: Place, { status, result, problem }: ItemAnswer): Settled {
  if (problem !== undefined) return { place, problem, item };
  return { place, outcome: result?.outcome ?? (status === 204 ? "retracted" : String(status)) };
}

/** @throws PushError where the fault lies with key or address, and so with every request */
function refuseAddressOrKey({ status, problem }: ProblemAnswer): void {
  const said = `${status} ${problem.title}: ${problem.detail}`;
  if (problem.type === problemType("invalid-signature")) {
    throw new PushError(
      `The signature is not accepted (${said}) Set PARTNER_SECRET to a live secret of the partner's.`,
    );
  }
  if (status === 401) {
    throw new PushError(
      `The key is not accepted (${said}) Set PARTNER_KEY to a live one; that of the local stack comes with: source .local/env`,
    );
  }
  if (status === 403) throw new PushError(`The key may not submit (${said}) It needs the scope submit.`);
  if (status < 400 || status === 404 || status === 405) {
    throw new PushError(
      `No Copydesk answers at this address (${said}) Is --to right? It is the API's URL without /v1.`,
    );
  }
}

/**
 * Why there was no answer.
 *
 * @param mayPass whether the server has been there before, or had its time to come
 * @throws PushError when it is not there at all; and what is no fault of the network
 */
function explainFault(error: unknown, mayPass: boolean): string {
  const { name, message, cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (name === "TimeoutError") return "There was no answer in time.";
  if (error instanceof SyntaxError) return "The answer was cut off.";
  if (!(error instanceof TypeError) || (code === undefined && !/fetch failed|terminated/.test(message))) throw error;
  if (!mayPass && code === "ECONNREFUSED") {
    throw new PushError("Nothing answers at this address. Is the stack running? Start it with: npm start");
  }
  if (!mayPass && code === "ENOTFOUND") throw new PushError("There is no host of this name. Is --to right?");
  // Without a code, it was not tried at all: for example a port that fetch keeps away from.
  if (!mayPass && code === undefined && cause !== undefined) {
    throw new PushError(`This address cannot be asked: ${(cause as Error).message}. Is --to right?`);
  }
  return `The connection failed${code === undefined ? "" : ` (${code})`}.`;
}
