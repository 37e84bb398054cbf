import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSearchServer } from "../../infra/local/search/start-search-server.ts";

/** A search server of its own for a test, whose address and credentials go into the environment. */
export async function startSearch() {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-search-"));
  const credentials = { accessKeyId: "test", secretAccessKey: randomBytes(16).toString("hex") };
  const start = () => startSearchServer({ directory, credentials });
  let server = await start();
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  return {
    get endpoint() {
      return server.endpoint;
    },
    async restart() {
      await server.close();
      server = await start();
    },
    async close() {
      await server.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
