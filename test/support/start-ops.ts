import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRunnerFile } from "../../infra/local/runner-file.ts";
import { type OpenStack, openStack } from "../../infra/ops/open-stack.ts";
import { cdkOut } from "./cdk-out.ts";
import { startTestStack, type TestStack } from "./start-stack.ts";

/** A running stack, and what the ops command line has of it, in a directory as `npm start` leaves one. */
export async function startOps(): Promise<{
  stack: TestStack;
  ops: OpenStack;
  directory: string;
  close(): Promise<void>;
}> {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-ops-"));
  cpSync(cdkOut, join(directory, "cdk.out"), { recursive: true });
  const stack = await startTestStack({ directory });
  writeRunnerFile(directory, { url: stack.url, environment: stack.environment, outputs: stack.stack.outputs });
  const ops = await openStack({ directory });
  return {
    stack,
    ops,
    directory,
    async close() {
      await ops.close();
      await stack.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
