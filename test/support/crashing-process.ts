/** The process is gone: nothing of it happens any more. */
export class Crash extends Error {}

/** Where a process dies: at its so many-th request to a store, before or after the store has done it. */
export interface CrashPoint {
  readonly step: number;
  readonly when: "before" | "after";
}

/**
 * A process of which every request is a step, and which dies where it is told to.
 *
 * @param onStep is told how many there were
 */
export function openProcess(crash: CrashPoint | undefined, onStep: (steps: number) => void) {
  let steps = 0;
  let isDead = false;
  async function step<Result>(work: () => Promise<Result>): Promise<Result> {
    if (isDead) throw new Crash();
    steps += 1;
    onStep(steps);
    const dies = crash?.step === steps ? crash.when : undefined;
    if (dies === "before") isDead = true;
    if (isDead) throw new Crash();
    const result = await work();
    if (dies === "after") isDead = true;
    if (isDead) throw new Crash();
    return result;
  }
  return {
    step,
    /** A store of which every method is a step. */
    stepAll: <Store extends object>(store: Store): Store =>
      Object.fromEntries(
        Object.entries(store).map(([name, method]) => [name, (...args: unknown[]) => step(() => method(...args))]),
      ) as Store,
  };
}
