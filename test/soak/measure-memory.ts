import { listProcesses, nameFunction, readProc } from "../support/process-tree.ts";

/** Memory of one process at one moment. */
export interface MemorySample {
  /** Its function, `dynamodb` or `runner`, and its number there. */
  readonly name: string;
  readonly pid: number;
  readonly rssMb: number;
}

/** Resident memory of a process and of all that it has started. Linux only. */
export function measureMemory(rootPid: number): MemorySample[] {
  return listProcesses(rootPid).flatMap((pid) => {
    const rssKb = /^VmRSS:\s+(\d+) kB/m.exec(readProc(pid, "status") ?? "")?.[1];
    const name = nameProcess(pid, rootPid);
    return rssKb === undefined || name === undefined ? [] : [{ name, pid, rssMb: Number(rssKb) / 1024 }];
  });
}

function nameProcess(pid: number, rootPid: number): string | undefined {
  if (pid === rootPid) return "runner";
  const command = readProc(pid, "cmdline") ?? "";
  if (command.startsWith("sh\0") || command.startsWith("cat\0")) return undefined;
  if (command.includes("dynoxide\0")) return "dynamodb";
  // CloudFormation ends logical IDs with a hash.
  return nameFunction(pid)?.replace(/[0-9A-F]{8}$/, "");
}
