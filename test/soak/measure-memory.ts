import { readdirSync, readFileSync } from "node:fs";

/** Memory of one process at one moment. */
export interface MemorySample {
  /** Its function, `dynamodb` or `runner`, and its number there. */
  readonly name: string;
  readonly pid: number;
  readonly rssMb: number;
}

/** Resident memory of a process and of all that it has started. Linux only. */
export function measureMemory(rootPid: number): MemorySample[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const stat = read(`/proc/${name}/stat`);
        // The name of the command stands in parentheses and may hold anything.
        const parent = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
        return parent === undefined ? [] : [[Number(name), Number(parent)] as const];
      }),
  );
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === rootPid || isOurs(parents.get(pid)));
  return [...parents.keys()].filter(isOurs).flatMap((pid) => {
    const rssKb = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
    const name = nameProcess(pid, rootPid);
    return rssKb === undefined || name === undefined ? [] : [{ name, pid, rssMb: Number(rssKb) / 1024 }];
  });
}

function nameProcess(pid: number, rootPid: number): string | undefined {
  if (pid === rootPid) return "runner";
  const command = read(`/proc/${pid}/cmdline`) ?? "";
  if (command.startsWith("sh\0") || command.startsWith("cat\0")) return undefined;
  if (command.includes("dynoxide\0")) return "dynamodb";
  const functionName = /AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(read(`/proc/${pid}/environ`) ?? "")?.[1];
  // CloudFormation ends logical IDs with a hash.
  return functionName?.replace(/[0-9A-F]{8}$/, "");
}

/** Undefined for a process that has ended meanwhile. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
