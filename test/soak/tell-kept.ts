/**
 * Loaded into every process of the stack before anything else (`node --expose-gc --import`): collects garbage every few seconds
 * and tells on a line of standard output what is left.
 *
 * Nothing less tells a small leak from laziness: a process that is far from its limit lets garbage lie.
 */
export interface Kept {
  readonly pid: number;
  /** What is left on the heap and, as buffers, beside it. */
  readonly keptMb: number;
}

const everyMs = 15_000;

setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const kept: Kept = { pid: process.pid, keptMb: (heapUsed + external) / 2 ** 20 };
  process.stdout.write(`${JSON.stringify(kept)}\n`);
}, everyMs).unref();
