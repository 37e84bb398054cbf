import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** What a running stack tells the commands beside it. */
const RunnerFile = z.object({
  url: z.string(),
  environment: z.record(z.string(), z.string()),
  outputs: z.record(z.string(), z.string()),
});
export type RunnerFile = z.infer<typeof RunnerFile>;

const fileName = "runner.json";

export function writeRunnerFile(directory: string, runner: RunnerFile): void {
  // It holds the credentials of the local stores.
  writeFileSync(join(directory, fileName), `${JSON.stringify(runner, null, 2)}\n`, { mode: 0o600 });
}

export function removeRunnerFile(directory: string): void {
  rmSync(join(directory, fileName), { force: true });
}

/**
 * Finds the stack that runs on a directory. The file of a run that was killed may still be there, so the stack itself is
 * asked.
 */
export async function findRunner(directory: string): Promise<RunnerFile | undefined> {
  const path = join(directory, fileName);
  if (!existsSync(path)) return undefined;
  const runner = RunnerFile.safeParse(JSON.parse(readFileSync(path, "utf8")));
  if (!runner.success) return undefined;
  const answers = await fetch(`${runner.data.url}/healthz`, { signal: AbortSignal.timeout(5000) }).then(
    (response) => response.ok,
    () => false,
  );
  return answers ? runner.data : undefined;
}
