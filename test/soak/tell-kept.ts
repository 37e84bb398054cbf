/**
 * Loaded into every process of the stack before anything else (`node --expose-gc --import`): collects garbage every few seconds
 * and tells on a line of standard output what is left, and how much the process has worked.
 *
 * Nothing less tells a small leak from laziness: a process that is far from its limit lets garbage lie.
 */
export interface Kept {
  readonly pid: number;
  /** What is left on the heap and, as buffers, beside it. */
  readonly keptMb: number;
  /** Processor time since its start, without that of these collections. */
  readonly workedSeconds: number;
}

const everyMs = 15_000;

let collectingSeconds = 0;

function usedSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

setInterval(() => {
  const usedBefore = usedSeconds();
  const workedSeconds = usedBefore - collectingSeconds;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const kept: Kept = { pid: process.pid, keptMb: (heapUsed + external) / 2 ** 20, workedSeconds };
  process.stdout.write(`${JSON.stringify(kept)}\n`);
  collectingSeconds += usedSeconds() - usedBefore;
}, everyMs).unref();
