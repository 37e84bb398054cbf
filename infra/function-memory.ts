/**
 * Memory of the functions, in MB. Lambda gives a share of a processor with it, and bills for it: a whole one at 1,769. Whoever
 * submits or reads waits for the processor; what follows the streams waits for the stores.
 */
export const functionMemory = { requests: 1024, streams: 512 } as const;

/** What half of V8's young generation may grow to, in MB. It grows for hours, and gives nothing back. */
export const semiSpaceMb = 16;

/**
 * What Node is told of so much memory, in MB. Left alone, V8 takes a young generation of up to 192 MB on a large machine, for
 * which a function of 512 MB has no room. What is left is for buffers and code.
 */
export function limitHeap(memoryMb: number): string {
  return `--max-old-space-size=${Math.floor(0.75 * memoryMb)} --max-semi-space-size=${semiSpaceMb}`;
}
