import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { LocalFunction } from "./read-stack.ts";
import type { Invocation, InvocationResult } from "./run-function.ts";

/** How a function failed without an answer of its own. */
export class FunctionFailure extends Error {
  readonly reason: "crashed" | "threw" | "timed out";

  constructor(reason: FunctionFailure["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface FunctionPool {
  /** @throws FunctionFailure */
  invoke(event: unknown): Promise<unknown>;
  /** Kills what runs at this moment, as a crash of the machine would. */
  kill(): void;
  close(): void;
}

interface Waiting {
  readonly event: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: FunctionFailure) => void;
}

/** Processes of one function; more events than this wait for one that is free. */
const maxProcesses = 8;

/** As in Lambda, a process stays for the next event; left alone this long, it ends. */
const defaultIdleMs = 120_000;

/** A crash quotes the line of the bundle where it happened, and a minified bundle has lines of half a megabyte. */
const maxLogCharacters = 4000;

function cut(line: string): string {
  return line.length <= maxLogCharacters ? line : `${line.slice(0, maxLogCharacters)} … (${line.length} characters)`;
}

/**
 * Runs a function as Lambda does: every process handles one event at a time, is loaded once and used again, and is killed
 * when an event takes longer than the time-out.
 *
 * @param options.environment everything that the function sees of the environment
 * @param options.nodeOptions options of its Node beside those of its environment
 * @param options.idleMs how long a process waits for the next event before it ends; two minutes where it is absent
 */
export function openFunctionPool(
  lambda: LocalFunction,
  options: {
    readonly environment: Readonly<Record<string, string>>;
    readonly nodeOptions?: readonly string[] | undefined;
    readonly idleMs?: number | undefined;
    readonly onLog: (line: string) => void;
  },
): FunctionPool {
  const { idleMs = defaultIdleMs } = options;
  const idle: { child: ChildProcess; timer: NodeJS.Timeout }[] = [];
  const all = new Set<ChildProcess>();
  const queue: Waiting[] = [];

  function start(): ChildProcess {
    const child = fork(new URL("run-function.ts", import.meta.url), [lambda.assetDirectory, lambda.handler], {
      env: {
        ...options.environment,
        ...lambda.environment,
        AWS_LAMBDA_FUNCTION_NAME: lambda.logicalId,
        // The SDK tells the stores with each request who asks.
        AWS_SDK_UA_APP_ID: lambda.logicalId,
      },
      execArgv: [...(options.nodeOptions ?? [])],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => options.onLog(cut(line)));
    }
    all.add(child);
    child.once("exit", () => {
      all.delete(child);
      const index = idle.findIndex((entry) => entry.child === child);
      if (index >= 0) clearTimeout(idle.splice(index, 1)[0]?.timer);
      // However it ended, there is room for another one.
      next();
    });
    return child;
  }

  function next(): void {
    while (queue.length > 0 && (idle.length > 0 || all.size < maxProcesses)) {
      const waiting = queue.shift();
      if (waiting === undefined) return;
      const free = idle.pop();
      clearTimeout(free?.timer);
      handle(free?.child ?? start(), waiting);
    }
  }

  function handle(child: ChildProcess, { event, resolve, reject }: Waiting): void {
    const id = randomUUID();
    const timer = setTimeout(() => {
      finish(() => reject(new FunctionFailure("timed out", `It took longer than ${lambda.timeoutMs} ms.`)));
      child.kill("SIGKILL");
    }, lambda.timeoutMs);

    const onMessage = (message: InvocationResult | { ready: true }) => {
      if (!("id" in message) || message.id !== id) return;
      finish(() =>
        "error" in message ? reject(new FunctionFailure("threw", message.error)) : resolve(message.result),
      );
      idle.push({ child, timer: setTimeout(() => dismiss(child), idleMs).unref() });
      next();
    };
    const onExit = () => {
      finish(() => reject(new FunctionFailure("crashed", "Its process ended in the middle of the event.")));
    };
    function finish(settle: () => void): void {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit);
      settle();
    }
    child.on("message", onMessage).once("exit", onExit);
    // One that was killed a moment ago takes no event any more; its exit is about to be told.
    child.send({ id, event, timeoutMs: lambda.timeoutMs } satisfies Invocation, () => {});
  }

  function dismiss(child: ChildProcess): void {
    const index = idle.findIndex((entry) => entry.child === child);
    if (index < 0) return;
    idle.splice(index, 1);
    child.disconnect();
  }

  return {
    invoke: (event) =>
      new Promise((resolve, reject) => {
        queue.push({ event, resolve, reject });
        next();
      }),
    kill() {
      // Who is dying takes no event any more, though its exit has yet to be told.
      for (const { timer } of idle.splice(0)) clearTimeout(timer);
      for (const child of all) child.kill("SIGKILL");
    },
    close() {
      for (const child of all) child.kill("SIGTERM");
    },
  };
}
