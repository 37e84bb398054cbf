import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

export interface LocalDynamoDb {
  readonly endpoint: string;
  readonly process: ChildProcess;
  close(): Promise<void>;
}

/**
 * Starts the embedded DynamoDB (dynoxide, a child process) on a free port of 127.0.0.1.
 *
 * @param options.file database file; absent, the data lives in memory
 * @throws Error when there is no binary for this platform, with what to do instead
 */
export async function startDynamoDb(options: { file?: string; port?: number } = {}): Promise<LocalDynamoDb> {
  const port = options.port ?? (await findFreePort());
  const args = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  if (options.file !== undefined) args.push("--db-path", options.file);
  const child = spawn("sh", ["-c", endWithParent, findBinary(), ...args], { stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.on("error", () => {});
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints = (complaints + chunk).slice(-2000);
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilItAnswers(endpoint, child, () => complaints);
  if (options.file !== undefined) indexStreams(options.file);
  return {
    endpoint,
    process: child,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}

/**
 * dynoxide 1.2.1 looks through all records of all streams at every write and every read of one: after 3,600 records a
 * transaction takes ten times as long. With these indexes it stays as it is.
 */
function indexStreams(file: string): void {
  const database = new DatabaseSync(file, { timeout: 10_000 });
  const sequence = "CAST(sequence_number AS INTEGER)";
  database.exec(`
    CREATE INDEX IF NOT EXISTS copydesk_by_sequence ON _stream_records (table_name, ${sequence});
    CREATE INDEX IF NOT EXISTS copydesk_by_shard ON _stream_records (table_name, shard_id, ${sequence});
    CREATE INDEX IF NOT EXISTS copydesk_by_time ON _stream_records (created_at);
  `);
  database.close();
}

/**
 * The server must not outlive us, not even when we are killed with SIGKILL: the shell's copy of our pipe then reads its end,
 * and the server, which would otherwise keep the database file, is told to stop.
 */
const endWithParent = `exec 3<&0
"$0" "$@" 3<&- &
server=$!
(cat <&3 >/dev/null; kill "$server" 2>/dev/null) &
wait "$server"`;

function findBinary(): string {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
  } catch {
    throw new Error(
      `There is no embedded DynamoDB for ${process.platform}-${process.arch}. Start any DynamoDB-compatible server and set DYNAMODB_ENDPOINT to its URL.`,
    );
  }
}

async function waitUntilItAnswers(endpoint: string, child: ChildProcess, complaints: () => string): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`The embedded DynamoDB ended at once: ${complaints() || "it said nothing"}`);
    }
    const answered = await fetch(endpoint, { signal: AbortSignal.timeout(1000) }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    if (Date.now() > deadline) throw new Error(`The embedded DynamoDB does not answer at ${endpoint}: ${complaints()}`);
    await sleep(20);
  }
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}
