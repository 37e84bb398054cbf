/**
 * Memory of the functions, in MB. Lambda gives a share of a processor with it, and bills for it: a whole one at 1,769. Whoever
 * submits or reads waits for the processor; what follows the streams waits for the stores.
 */
export const functionMemory = { requests: 1024, streams: 512 } as const;

/**
 * What Node is told of so much memory, in MB. Left alone, V8 reckons with a young generation of up to 192 MB on a large machine
 * and keeps what that once had; a function of 512 MB has room for a quarter of it. What is neither is buffers and code.
 */
export function limitHeap(memoryMb: number): string {
  return `--max-old-space-size=${Math.floor(0.75 * memoryMb)} --max-semi-space-size=16`;
}
