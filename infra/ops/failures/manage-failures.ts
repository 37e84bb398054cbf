import type { DeadLetter, DeadLetters } from "../../../shared/stores/dead-letters.ts";
import { OpsError } from "../manage-keys.ts";
import type { ShowProgress } from "../show-progress.ts";

/** All queues of dead letters of a stack, by the names of what they hold: `Import`, `Delivery` … */
export type Failures = ReadonlyMap<string, DeadLetters>;

export interface Failure {
  readonly of: string;
  readonly id: string;
  readonly sentAt: string;
  readonly body: string;
}

/** The output of the stack that names a queue of dead letters ends so. */
const outputSuffix = "DeadLetters";

/** Finds the queues of dead letters among the outputs of a stack. */
export function openFailures(
  outputs: Readonly<Record<string, string>>,
  open: (queueUrl: string) => DeadLetters,
): Failures {
  const found = Object.entries(outputs).filter(([name]) => name.endsWith(outputSuffix));
  return new Map(found.map(([name, url]) => [name.slice(0, -outputSuffix.length), open(url)]));
}

/**
 * The same, but none is taken any more once the signal is given: whoever takes then lets go of those that it holds, and throws.
 * Without that they would be held for a minute.
 */
export function stopTaking(failures: Failures, signal: AbortSignal): Failures {
  const stopping = [...failures].map(([of, queue]) => {
    const take = async () => {
      signal.throwIfAborted();
      return queue.take();
    };
    return [of, { ...queue, take }] as const;
  });
  return new Map(stopping);
}

export interface ListedFailures {
  readonly failures: Failure[];
  /** How many there are of each kind, about; and how many of them were held by somebody else, who looks or was killed. */
  readonly counts: Readonly<Record<string, number>>;
  readonly held: Readonly<Record<string, number>>;
}

/** What has failed for good, the oldest first, at most so many of each kind. */
export async function listFailures(failures: Failures, limit: number): Promise<ListedFailures> {
  const listed: Failure[] = [];
  const counts: Record<string, number> = {};
  const allHeld: Record<string, number> = {};
  for (const [of, queue] of failures) {
    const { waiting, held } = await queue.count();
    const taken: DeadLetter[] = [];
    try {
      for await (const letter of takeAll(queue)) {
        taken.push(letter);
        if (taken.length >= limit) break;
      }
    } finally {
      for (const letter of taken) await queue.release(letter);
    }
    // SQS counts with a delay. What was to be had is seen, so all else is held.
    const others = Math.max(0, waiting + held - taken.length);
    counts[of] = taken.length + others;
    const heldNow = taken.length < limit ? others : Math.min(held, others);
    if (heldNow > 0) allHeld[of] = heldNow;
    listed.push(...taken.map((letter) => describe(of, letter)));
  }
  listed.sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
  return { failures: listed, counts, held: allHeld };
}

/** @throws OpsError when there is none of this ID */
export async function showFailure(failures: Failures, id: string): Promise<Failure> {
  return withFailure(failures, id, async (of, queue, letter) => {
    await queue.release(letter);
    return describe(of, letter);
  });
}

/** @throws OpsError when there is none of this ID */
export function dropFailure(failures: Failures, id: string): Promise<Failure> {
  return withFailure(failures, id, async (of, queue, letter) => {
    await queue.drop(letter);
    return describe(of, letter);
  });
}

/** Drops what is of a kind and from before a time: its work was done again in another way. Says how many. */
export async function dropFailuresBefore(failures: Failures, of: string, before: Date): Promise<number> {
  const queue = failures.get(of);
  if (queue === undefined) return 0;
  let dropped = 0;
  const kept: DeadLetter[] = [];
  try {
    for await (const letter of takeAll(queue)) {
      if (letter.sentAt >= before) {
        kept.push(letter);
        continue;
      }
      await queue.drop(letter);
      dropped += 1;
    }
  } finally {
    for (const letter of kept) await queue.release(letter);
  }
  return dropped;
}

/**
 * Has the work done again that failed: one, or all. What fails once more meanwhile stays for the next time.
 *
 * @returns how many were given back, by what they are, and how many not, since somebody else holds them; and which kinds cannot be
 */
export async function redriveFailures(
  failures: Failures,
  id: string | undefined,
  { progress, now }: { readonly progress: ShowProgress; readonly now: () => Date },
): Promise<RedrivenFailures> {
  const redriven: Record<string, number> = {};
  if (id !== undefined) {
    await withFailure(failures, id, async (of, queue, letter) => {
      if (!(await queue.giveBack(letter))) {
        await queue.release(letter);
        throw new OpsError(`${of}: ${tellWithoutSource(of, id)}`);
      }
      redriven[of] = 1;
    });
    return { redriven, held: {}, withoutSource: [] };
  }
  const allHeld: Record<string, number> = {};
  const withoutSource: string[] = [];
  for (const [of, queue] of failures) {
    const startedAt = now().getTime();
    const { waiting, held } = await queue.count();
    const total = waiting + held;
    let done = 0;
    const kept: DeadLetter[] = [];
    try {
      for await (const letter of takeAll(queue)) {
        // What was given back just now and is here again has failed again. It is held, so that it does not come once more.
        if (letter.sentAt.getTime() >= startedAt) {
          kept.push(letter);
          continue;
        }
        if (!(await queue.giveBack(letter))) {
          kept.push(letter);
          withoutSource.push(of);
          break;
        }
        done += 1;
        progress.update(`${of}: ${done.toLocaleString("en")} of about ${total.toLocaleString("en")} given back`);
      }
    } finally {
      for (const letter of kept) await queue.release(letter);
    }
    if (done > 0) redriven[of] = done;
    if (!withoutSource.includes(of)) {
      const left = await queue.count();
      // Somebody else may have given back what was held at first; and SQS counts with a delay what is gone.
      const others = Math.min(total - done, left.waiting + left.held - kept.length);
      if (others > 0) allHeld[of] = others;
    }
  }
  progress.end();
  return { redriven, held: allHeld, withoutSource };
}

export interface RedrivenFailures {
  readonly redriven: Readonly<Record<string, number>>;
  readonly held: Readonly<Record<string, number>>;
  readonly withoutSource: readonly string[];
}

/** What to do with what comes from no queue to which it could be given back. */
export function tellWithoutSource(of: string, id = "ID"): string {
  return of === "Search"
    ? "what failed comes from no queue. search rebuild takes all articles into the index again, and drops it."
    : `what failed comes from no queue. failures show ${id} has it in full; failures drop ${id} gives it up.`;
}

export function tellHeld(count: number): string {
  const [are, them] = count === 1 ? ["is", "it"] : ["are", "them"];
  return `${count.toLocaleString("en")} ${are} held by somebody who looks at ${them}, or by a command that was killed. Try again in a minute.`;
}

/** Takes one after the other. Who stops in between gives back what was taken along. */
async function* takeAll(queue: DeadLetters): AsyncGenerator<DeadLetter> {
  for (let letters = await queue.take(); letters.length > 0; letters = await queue.take()) {
    const rest = [...letters];
    try {
      for (let letter = rest.shift(); letter !== undefined; letter = rest.shift()) yield letter;
    } finally {
      for (const letter of rest) await queue.release(letter);
    }
  }
}

/** Looks for one in all queues, and does something with it; the others are given back. */
async function withFailure<T>(
  failures: Failures,
  id: string,
  work: (of: string, queue: DeadLetters, letter: DeadLetter) => Promise<T>,
): Promise<T> {
  let held = 0;
  for (const [of, queue] of failures) {
    const count = await queue.count();
    const others: DeadLetter[] = [];
    try {
      for await (const letter of takeAll(queue)) {
        if (letter.id === id) return await work(of, queue, letter);
        others.push(letter);
      }
    } finally {
      for (const letter of others) await queue.release(letter);
    }
    held += Math.max(0, count.waiting + count.held - others.length);
  }
  throw new OpsError(
    held === 0
      ? `There is no failure ${id}. failures list shows those that there are.`
      : `There is no failure ${id} among those that nobody holds. ${tellHeld(held)}`,
  );
}

function describe(of: string, { id, sentAt, body }: DeadLetter): Failure {
  return { of, id, sentAt: sentAt.toISOString(), body };
}
