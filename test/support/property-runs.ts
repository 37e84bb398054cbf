import fc from "fast-check";

/**
 * Properties try the same values on every run, so that a check that passed yesterday passes today. To search for new
 * counterexamples: `SEED=$RANDOM RUNS=100 npx vitest run --project unit`.
 */
fc.configureGlobal({ seed: Number(process.env["SEED"] ?? 20_261_123) });

/** How many values a property tries: `count`, times `RUNS` where that is set. */
export const runs = (count: number): number => Math.ceil(count * Number(process.env["RUNS"] ?? 1));
