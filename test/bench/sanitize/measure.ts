import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement, Task } from "./worker.ts";

const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

/** What became of a measurement that gave none. */
export type Failure = "crashed" | "timed out";

/** Measures in a fresh process, so that no candidate profits or suffers from another. */
export function measure(task: Task, timeoutMs = 120_000): Promise<Measurement | Failure> {
  return new Promise((resolve) => {
    const flags = ["--no-warnings", "--expose-gc", "--max-old-space-size=2048"];
    const child = spawn(process.execPath, [...flags, worker, JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (timedOut) resolve("timed out");
      else if (code !== 0) resolve("crashed");
      else resolve(JSON.parse(output) as Measurement);
    });
  });
}
