/** Lambda gathers the records of a stream for so long before it calls a function with them. */
export const streamWindowSeconds = 1;
