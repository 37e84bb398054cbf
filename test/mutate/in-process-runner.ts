import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import { type CollectedTest, collected } from "./collect-tests.ts";

/** Tests of pure code, without those that are about large inputs, and those of the detector, which is no code of ours. */
const testFiles = [
  "test/unit/article/**/*.test.ts",
  "test/unit/shared/{article-id,canonical-url,content-hash,decode-document}.test.ts",
];
const leftOut = ["test/unit/article/sanitizing-bounds.test.ts", "test/unit/article/detect-language.test.ts"];

/** What the instrumented code and its runner tell each other. */
interface Instrumentation {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number;
  hitLimit?: number | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

const instrumentation: Instrumentation = {};
Object.assign(globalThis, { __stryker__: instrumentation });

/**
 * Modules that remember what they once found out, so that only the first test to ask would meet the mutant, and is all that is
 * known to reach it: they are loaded anew and judged by all tests.
 */
const remembering = /(?:character-classes|fold-character|repair-mojibake)\.ts$/;

/** Counted up to have all modules loaded afresh. */
let generation = 0;

/**
 * Runs tests in this very process, against modules that stay loaded: a mutant is judged in milliseconds instead of the seconds
 * that a new vitest takes. Fit for pure code alone. What a mutant leaves behind in a cache could fail the test of another;
 * therefore a test that fails is run again without the mutant, and where it fails still, all is loaded anew.
 */
class InProcessRunner implements TestRunner {
  private tests = new Map<string, CollectedTest["run"]>();
  private readonly durations = new Map<string, number>();
  private coverage: Instrumentation["mutantCoverage"];

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    // Most mutants fall to the first values that a property tries.
    process.env["RUNS"] = "0.05";
    const sandbox = `${pathToFileURL(process.cwd()).href}/`;
    registerHooks({
      resolve(specifier, context, next) {
        if (!context.parentURL?.startsWith(sandbox)) return next(specifier, context);
        if (specifier === "vitest") return { url: import.meta.resolve("./collect-tests.ts"), shortCircuit: true };
        const found = next(specifier, context);
        return found.url.startsWith(sandbox) ? { ...found, url: `${found.url}?${generation}` } : found;
      },
    });
    await this.load();
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    for (const id of this.tests.keys()) {
      instrumentation.currentTestId = id;
      const test = await this.run(id);
      instrumentation.currentTestId = undefined;
      tests.push(test);
    }
    this.coverage = instrumentation.mutantCoverage;
    return { status: DryRunStatus.Complete, tests, ...(this.coverage && { mutantCoverage: this.coverage }) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const { activeMutant, mutantActivation, testFilter } = options;
    const remembers = remembering.test(options.sandboxFileName);
    const isStatic = mutantActivation === "static" || remembers;
    const activate = (id?: string): void => {
      const hits = this.coverage?.perTest[id ?? ""]?.[activeMutant.id];
      const hitLimit = hits === undefined ? options.hitLimit : 100 * hits;
      Object.assign(instrumentation, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    };
    const deactivate = (): void => {
      instrumentation.activeMutant = undefined;
    };
    activate();
    try {
      if (isStatic) await this.load();
      const reached = remembers ? undefined : testFilter;
      const ids = (reached ?? [...this.tests.keys()]).toSorted((a, b) => this.durationOf(a) - this.durationOf(b));
      const tests: TestResult[] = [];
      for (const id of ids) {
        activate(id);
        let test = await this.run(id);
        const timeout = determineHitLimitReached(instrumentation.hitCount, instrumentation.hitLimit);
        if (timeout !== undefined) return toMutantRunResult(timeout);
        if (test.status === TestStatus.Failed && !isStatic) {
          deactivate();
          const isBroken = (await this.run(id)).status === TestStatus.Failed;
          if (isBroken) await this.load();
          activate(id);
          if (isBroken) test = await this.run(id);
        }
        tests.push(test);
        if (test.status === TestStatus.Failed) break;
      }
      return toMutantRunResult({ status: DryRunStatus.Complete, tests });
    } catch (error) {
      // Code that cannot even be loaded is noticed by everybody.
      const killer = [...this.durations.keys()][0] ?? "";
      const test = {
        id: killer,
        name: killer,
        timeSpentMs: 0,
        status: TestStatus.Failed,
        failureMessage: String(error),
      };
      return toMutantRunResult({ status: DryRunStatus.Complete, tests: [test as TestResult] });
    } finally {
      deactivate();
      if (isStatic) await this.load();
    }
  }

  private durationOf(id: string): number {
    return this.durations.get(id) ?? 0;
  }

  private async load(): Promise<void> {
    generation += 1;
    this.tests = new Map();
    const importFile = (file: string): Promise<unknown> => import(`${pathToFileURL(resolve(file)).href}?${generation}`);
    await importFile("test/support/property-runs.ts");
    for (const file of globSync(testFiles, { exclude: leftOut }).toSorted()) {
      collected.length = 0;
      await importFile(file);
      // Two tables of one file may have the same name.
      for (const [index, { name, run }] of collected.entries()) this.tests.set(`${file} ${index} > ${name}`, run);
    }
  }

  private async run(id: string): Promise<TestResult> {
    const startedAt = performance.now();
    let failureMessage: string | undefined;
    try {
      await this.tests.get(id)?.();
    } catch (error) {
      failureMessage = String(error);
    }
    const test = { id, name: id, timeSpentMs: performance.now() - startedAt };
    if (failureMessage === undefined) this.durations.set(id, test.timeSpentMs);
    return failureMessage === undefined
      ? { ...test, status: TestStatus.Success }
      : { ...test, status: TestStatus.Failed, failureMessage };
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "in-process", InProcessRunner)];
