/**
 * Memory of the functions, in MB. Lambda gives a share of a processor with it, and bills for it: a whole one at 1,769. Whoever
 * submits or reads waits for the processor; what follows the streams waits for the stores.
 */
export const functionMemory = { requests: 1024, streams: 512 } as const;
