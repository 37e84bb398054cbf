import { expect, test } from "vitest";
import { runScenario } from "../simulate/run-scenario.ts";

/** Few, so that a mutant is judged in a second; test/simulate plays more of them. */
const scenarios = 150;

test("no promise is broken", async () => {
  for (let seed = 1; seed <= scenarios; seed++) {
    const { violation } = await runScenario(seed);
    expect(violation, `seed ${seed}`).toBeUndefined();
  }
});
