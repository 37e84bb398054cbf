import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement, Task } from "./worker.ts";

const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

/** What became of a measurement that gave none. */
export type Failure = "crashed" | "timed out";

export interface Measurer {
  /** One at a time. */
  measure(task: Task, timeoutMs?: number): Promise<Measurement | Failure>;
  close(): void;
}

/**
 * Measures in a process of its own, with bounded memory, so that no candidate profits or suffers from another, and a crash
 * or endless work is an answer. After either the next measurement begins a fresh process.
 */
export function openMeasurer(): Measurer {
  let child: ChildProcess | undefined;
  return {
    measure(task, timeoutMs = 120_000) {
      child ??= fork(worker, [], {
        execArgv: ["--no-warnings", "--expose-gc", "--max-old-space-size=1024"],
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      const running = child;
      return new Promise((resolve) => {
        const end = (result: Measurement | Failure): void => {
          clearTimeout(timer);
          running.removeAllListeners();
          if (typeof result === "string") {
            running.kill("SIGKILL");
            child = undefined;
          }
          resolve(result);
        };
        const timer = setTimeout(() => end("timed out"), timeoutMs);
        running.once("message", (message) => end(message as Measurement));
        running.once("exit", () => end("crashed"));
        running.send(task);
      });
    },
    close() {
      child?.kill();
      child = undefined;
    },
  };
}

/** Measures in a fresh process. */
export async function measure(task: Task, timeoutMs?: number): Promise<Measurement | Failure> {
  const measurer = openMeasurer();
  const result = await measurer.measure(task, timeoutMs);
  measurer.close();
  return result;
}

/** Not a number where there is no measurement. */
export function figureOf(result: Measurement | Failure, name: string): number {
  return typeof result === "string" ? Number.NaN : (result[name] ?? Number.NaN);
}
