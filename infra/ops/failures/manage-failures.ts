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

/** What has failed for good, the oldest first, at most so many of each kind; and how many there are, about. */
export async function listFailures(
  failures: Failures,
  limit: number,
): Promise<{ failures: Failure[]; counts: Record<string, number> }> {
  const listed: Failure[] = [];
  const counts: Record<string, number> = {};
  for (const [of, queue] of failures) {
    counts[of] = await queue.count();
    const taken: DeadLetter[] = [];
    try {
      for await (const letter of takeAll(queue)) {
        taken.push(letter);
        if (taken.length >= limit) break;
      }
    } finally {
      for (const letter of taken) await queue.release(letter);
    }
    listed.push(...taken.map((letter) => describe(of, letter)));
  }
  listed.sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
  return { failures: listed, counts };
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
 * @returns how many were given back, by what they are, and which kinds cannot be
 */
export async function redriveFailures(
  failures: Failures,
  id: string | undefined,
  { progress, now }: { readonly progress: ShowProgress; readonly now: () => Date },
): Promise<{ redriven: Record<string, number>; withoutSource: string[] }> {
  const redriven: Record<string, number> = {};
  if (id !== undefined) {
    await withFailure(failures, id, async (of, queue, letter) => {
      if (!(await queue.giveBack(letter))) {
        await queue.release(letter);
        throw new OpsError(`What is a failure of ${of} comes from no queue to which it could be given back.`);
      }
      redriven[of] = 1;
    });
    return { redriven, withoutSource: [] };
  }
  const withoutSource: string[] = [];
  for (const [of, queue] of failures) {
    const startedAt = now().getTime();
    const total = await queue.count();
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
  }
  progress.end();
  return { redriven, withoutSource };
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
  for (const [of, queue] of failures) {
    const others: DeadLetter[] = [];
    try {
      for await (const letter of takeAll(queue)) {
        if (letter.id === id) return await work(of, queue, letter);
        others.push(letter);
      }
    } finally {
      for (const letter of others) await queue.release(letter);
    }
  }
  throw new OpsError(
    `There is no failure ${id}. failures list shows those that there are; another one may just look at it.`,
  );
}

function describe(of: string, { id, sentAt, body }: DeadLetter): Failure {
  return { of, id, sentAt: sentAt.toISOString(), body };
}
