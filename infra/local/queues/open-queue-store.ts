import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { runInTransaction } from "../s3/run-in-transaction.ts";

/** A queue as the template describes it. */
export interface LocalQueue {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutMs: number;
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}

export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receiveCount: number;
  readonly sentAt: number;
}

export type QueueStore = ReturnType<typeof openQueueStore>;

const schema = `
  CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    receipt TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS message_by_queue ON message (queue, visible_at);
`;

/**
 * Queues on disk, after the standard queues of SQS: a message that was received is hidden for a while and comes again unless
 * it is deleted; one that came too often goes to the dead letters. It survives kill -9.
 *
 * Whoever had received a message went with the process, so at the start every message can be received again.
 *
 * @param now milliseconds since 1970
 */
export function openQueueStore(file: string, queues: readonly LocalQueue[], now: () => number = Date.now) {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  database.exec(schema);
  database.exec("UPDATE message SET visible_at = 0");
  const insert = database.prepare("INSERT INTO message (id, queue, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)");
  const findNext = database.prepare(
    "SELECT seq, id, body, sent_at, receives FROM message WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, seq LIMIT 1",
  );
  const receive = database.prepare("UPDATE message SET receives = ?, visible_at = ?, receipt = ? WHERE seq = ?");
  const bury = database.prepare("UPDATE message SET queue = ?, visible_at = ?, receipt = NULL WHERE seq = ?");
  const remove = database.prepare("DELETE FROM message WHERE receipt = ?");
  const hide = database.prepare("UPDATE message SET visible_at = ? WHERE receipt = ?");
  const count = database.prepare("SELECT count(*) AS messages FROM message WHERE queue = ?");
  const countHeld = database.prepare(
    "SELECT count(*) AS messages FROM message WHERE queue = ? AND receipt IS NOT NULL AND visible_at > ?",
  );

  function find(name: string): LocalQueue {
    const queue = queues.find((entry) => entry.name === name);
    if (queue === undefined) throw new Error(`There is no queue ${name}.`);
    return queue;
  }

  return {
    queues,

    /** @param delayMs until then nobody is given it, but for a restart */
    send(name: string, body: string, delayMs = 0): string {
      const id = randomUUID();
      insert.run(id, find(name).name, body, now(), now() + delayMs);
      return id;
    },

    /** The next message, hidden from others from now on; undefined when there is none. */
    receive(name: string, hiddenMs?: number): QueueMessage | undefined {
      const { visibilityTimeoutMs, deadLetter } = find(name);
      return runInTransaction(database, () => {
        for (let row = findNext.get(name, now()); row !== undefined; row = findNext.get(name, now())) {
          const { seq, id, body, sent_at, receives } = row as Record<string, number & string>;
          const receiveCount = Number(receives) + 1;
          if (deadLetter !== undefined && receiveCount > deadLetter.maxReceiveCount) {
            bury.run(deadLetter.queue, now(), Number(seq));
            continue;
          }
          const receiptHandle = randomUUID();
          receive.run(receiveCount, now() + (hiddenMs ?? visibilityTimeoutMs), receiptHandle, Number(seq));
          return { messageId: String(id), receiptHandle, body: String(body), receiveCount, sentAt: Number(sent_at) };
        }
        return undefined;
      });
    },

    delete(receiptHandle: string): void {
      remove.run(receiptHandle);
    },

    /** Lets a message come again after so many milliseconds. */
    hide(receiptHandle: string, ms: number): void {
      hide.run(now() + ms, receiptHandle);
    },

    /** The queue that sends its dead letters here. */
    findSource: (deadLetters: string) => queues.find(({ deadLetter }) => deadLetter?.queue === find(deadLetters).name),

    count: (name: string) => Number(count.get(find(name).name)?.["messages"]),

    /** Those that somebody has received and not let go of. */
    countHeld: (name: string) => Number(countHeld.get(find(name).name, now())?.["messages"]),

    close: () => database.close(),
  };
}
