import { getHeapStatistics } from "node:v8";

/**
 * Loaded into every process of the stack before anything else (`node --expose-gc --import`): collects garbage every few seconds
 * and tells on a line of standard output what is left.
 *
 * Nothing less tells a leak from laziness. A process that is far from its limit lets garbage lie: within minutes its young
 * generation alone grows from 1 to 128 MB, whatever it keeps.
 */
export interface Kept {
  readonly pid: number;
  /** What is left on the heap and, as buffers, beside it. */
  readonly keptMb: number;
  /** What is resident beside the heap, its free room included: buffers, native code, what an allocator holds. */
  readonly besideMb: number;
}

const everyMs = 15_000;

setInterval(() => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const { total_physical_size: heapResident } = getHeapStatistics();
  const kept: Kept = {
    pid: process.pid,
    keptMb: (heapUsed + external) / 2 ** 20,
    besideMb: (rss - heapResident) / 2 ** 20,
  };
  process.stdout.write(`${JSON.stringify(kept)}\n`);
}, everyMs).unref();
