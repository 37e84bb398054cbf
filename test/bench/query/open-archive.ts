import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTable } from "../../../infra/local/create-stores.ts";
import { type LocalDynamoDb, startDynamoDb } from "../../../infra/local/dynamodb.ts";
import type { ListContext } from "../../../shared/list-articles.ts";
import type { ArticleRecord } from "../../../shared/stores/article-record.ts";
import { openArticleTable } from "../../../shared/stores/article-table.ts";
import { openArticleTimeline } from "../../../shared/stores/article-timeline.ts";
import { meterReads, type ReadMeter } from "../../../shared/stores/meter-reads.ts";
import { describeTable } from "../../support/describe-table.ts";
import { listProcesses, readCpuMs } from "../../support/process-tree.ts";
import { checkRows, openLoader } from "./load-archive.ts";
import { makeArticle } from "./make-archive.ts";

export interface Archive {
  readonly size: number;
  readonly meter: ReadMeter;
  readonly context: ListContext;
  /** CPU time so far of this process and of the embedded DynamoDB. */
  cpuMs(): number;
}

/** Opens an empty archive in the embedded DynamoDB, which grows by the articles of `make-archive.ts`, from the newest on. */
export async function openArchive() {
  const directory = mkdtempSync(join(tmpdir(), "copydesk-query-"));
  const file = join(directory, "dynamodb.sqlite");
  const table = describeTable("ArticlesTable", "articles");
  const loader = openLoader(table);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  let size = 0;
  let server: LocalDynamoDb | undefined;
  let client: DynamoDBClient | undefined;

  async function start(): Promise<DynamoDBClient> {
    server = await startDynamoDb({ file });
    client = new DynamoDBClient({ region: "us-east-1", endpoint: server.endpoint, credentials });
    await createTable(client, table);
    return client;
  }

  async function stop(): Promise<void> {
    client?.destroy();
    await server?.close();
  }

  await checkRows(await start(), { file, table, article: makeArticle(0) });
  return {
    /** @param onArticle called with each article that comes to those that are there */
    async growTo(wanted: number, onArticle: (article: ArticleRecord) => void): Promise<Archive> {
      await stop();
      const articles = function* () {
        for (let n = size; n < wanted; n++) {
          const article = makeArticle(n);
          onArticle(article);
          yield article;
        }
      };
      loader.load(file, articles(), (done) =>
        showProgress(`${wanted.toLocaleString("en")} articles: loading`, done, wanted - size),
      );
      size = wanted;
      const opened = await start();
      return {
        size,
        meter: meterReads(opened),
        cpuMs: () => listProcesses(process.pid).reduce((sum, pid) => sum + readCpuMs(pid), 0),
        context: { articles: openArticleTable(opened, "articles"), timeline: openArticleTimeline(opened, "articles") },
      };
    },
    async close(): Promise<void> {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function showProgress(what: string, done: number, total: number): void {
  if (!process.stderr.isTTY || (done % 100 !== 0 && done !== total)) return;
  process.stderr.write(`\r\u001b[K${what} ${Math.floor((100 * done) / total)} %`);
  if (done === total) process.stderr.write("\r\u001b[K");
}
