import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionPool } from "../function-pool.ts";
import type { QueueMessage, QueueStore } from "./open-queue-store.ts";

/** Which function gets the messages of which queue. */
export interface LocalEventSource {
  readonly queue: string;
  readonly functionId: string;
  readonly maxConcurrency: number;
}

const pollMs = 100;

/** On AWS a message comes again when its time of visibility is over, minutes later; nobody should wait for that here. */
const retryMs = (receiveCount: number) => Math.min(60_000, 500 * 2 ** (receiveCount - 1));

/**
 * Gives the messages of a queue to a function, one at a time each, as Lambda's event source mapping does. What the function
 * has worked off is deleted; what it fails on comes again.
 *
 * @returns stops polling; what is under way goes with its process, and comes again at the next start
 */
export function pollQueue(
  source: LocalEventSource,
  { store, pool, onFailure }: { store: QueueStore; pool: FunctionPool; onFailure: (line: string) => void },
): () => void {
  const stopping = new AbortController();
  const arn = store.queues.find(({ name }) => name === source.queue)?.arn;

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      const message = store.receive(source.queue);
      if (message === undefined) {
        await sleep(pollMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
        continue;
      }
      const failure = await pool.invoke(describeEvent(message)).then(
        () => undefined,
        (error: Error) => error,
      );
      if (stopping.signal.aborted) return;
      if (failure === undefined) store.delete(message.receiptHandle);
      else {
        store.hide(message.receiptHandle, retryMs(message.receiveCount));
        onFailure(`${source.functionId}: ${failure.message}`);
      }
    }
  }

  function describeEvent({ messageId, receiptHandle, body, receiveCount, sentAt }: QueueMessage): object {
    const attributes = { ApproximateReceiveCount: String(receiveCount), SentTimestamp: String(sentAt) };
    const origin = { eventSource: "aws:sqs", eventSourceARN: arn, awsRegion: "us-east-1" };
    return { Records: [{ messageId, receiptHandle, body, attributes, messageAttributes: {}, ...origin }] };
  }

  for (let worker = 0; worker < source.maxConcurrency; worker++) void work();
  return () => stopping.abort();
}
