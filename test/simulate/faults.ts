/**
 * What can become of a call to a store. `done` says whether the store does it: at once, never, or at some later time, when
 * nobody waits for it any more. `caller` says how the process goes on.
 */
export interface Fault {
  readonly name: string;
  readonly done: "no" | "yes" | "later";
  /** It learns of an error; or it dies; or it hangs so long that its client gives up, and goes on then. */
  readonly caller: "error" | "dies" | "hangs";
}

/** A read that is done later changes nothing, so those faults are for writes alone. */
export const faults: readonly Fault[] = [
  { name: "fails before", done: "no", caller: "error" },
  { name: "fails after", done: "yes", caller: "error" },
  { name: "times out, done later", done: "later", caller: "error" },
  { name: "dies before", done: "no", caller: "dies" },
  { name: "dies after", done: "yes", caller: "dies" },
  { name: "dies, done later", done: "later", caller: "dies" },
  { name: "hangs before", done: "no", caller: "hangs" },
  { name: "hangs after", done: "yes", caller: "hangs" },
];
export const readFaults = faults.filter(({ done }) => done !== "later");

/** A store did not answer, or said that it failed. The pipeline makes no difference between its kinds. */
export class StoreError extends Error {}
