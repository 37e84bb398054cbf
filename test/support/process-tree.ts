import { readdirSync, readFileSync } from "node:fs";

/** IDs of a process and of all that it has started, at this moment. Linux only. */
export function listProcesses(rootPid: number): number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const parent = readStat(Number(name))?.[1];
        return parent === undefined ? [] : [[Number(name), Number(parent)] as const];
      }),
  );
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === rootPid || isOurs(parents.get(pid)));
  return [...parents.keys()].filter(isOurs);
}

/** The logical ID of the function that a process runs; undefined for another process. */
export function nameFunction(pid: number): string | undefined {
  return /AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(readProc(pid, "environ") ?? "")?.[1];
}

/** CPU time of all threads of a process so far, in milliseconds; the system counts in steps of ten. */
export function readCpuMs(pid: number): number {
  const [user, system] = readStat(pid)?.slice(11, 13).map(Number) ?? [];
  return ((user ?? Number.NaN) + (system ?? Number.NaN)) * 10;
}

/** Fields of `stat` from the state on: the name of the command before it stands in parentheses and may hold anything. */
function readStat(pid: number): string[] | undefined {
  const stat = readProc(pid, "stat");
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Undefined for a process that has ended meanwhile. */
export function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
