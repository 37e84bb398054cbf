/** Ends the run; its message says what to do next. */
export class PushError extends Error {}
