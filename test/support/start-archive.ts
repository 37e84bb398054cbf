import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { createBucket } from "../../infra/local/create-stores.ts";
import { startS3Server } from "../../infra/local/s3/start-s3-server.ts";
import type { EraseContext } from "../../infra/ops/erase/erasure-work.ts";
import type { SubmissionMetadata } from "../../shared/api/submission.ts";
import { deriveArticle } from "../../shared/article/derive-article.ts";
import { type IncomingSubmission, type IngestContext, ingestArticle } from "../../shared/ingest-article.ts";
import type { ListContext } from "../../shared/list-articles.ts";
import { openArticleTable } from "../../shared/stores/article-table.ts";
import { openArticleTimeline } from "../../shared/stores/article-timeline.ts";
import { openErasureLog } from "../../shared/stores/erasure-log.ts";
import { openErasureTable } from "../../shared/stores/erasure-table.ts";
import { openImportTable } from "../../shared/stores/import-table.ts";
import { openObjectVersions } from "../../shared/stores/object-versions.ts";
import { openPartnerTable } from "../../shared/stores/partner-table.ts";
import { openRawBucket } from "../../shared/stores/raw-bucket.ts";
import { scanTable, type TableItem } from "../../shared/stores/scan-table.ts";
import { startTables } from "./start-tables.ts";
import { withoutProfiles } from "./without-profiles.ts";

export type Archive = Awaited<ReturnType<Awaited<ReturnType<typeof startArchives>>["open"]>>;

/** Embedded stores with the pipeline on them, without functions: many small archives, each in tables of its own. */
export async function startArchives() {
  const tables = await startTables();
  const directory = mkdtempSync(join(tmpdir(), "copydesk-archive-"));
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const server = await startS3Server({ directory, credentials });
  const s3 = new S3Client({ region: "us-east-1", endpoint: server.endpoint, credentials, forcePathStyle: true });
  let opened = 0;
  return {
    async open() {
      const count = ++opened;
      const names = { articles: `articles${count}`, partners: `partners${count}`, imports: `imports${count}` };
      await tables.addTable("ArticlesTable", names.articles);
      await tables.addTable("PartnersTable", names.partners);
      await tables.addTable("ImportsTable", names.imports);
      const [raw, files] = [`raw${count}`, `files${count}`];
      await createBucket(s3, { name: raw, isVersioned: true, notifications: [] });
      await createBucket(s3, { name: files, isVersioned: false, notifications: [] });
      let aheadMs = 0;
      const now = () => new Date(Date.now() + aheadMs);
      const context = {
        articles: openArticleTable(tables.client, names.articles),
        timeline: openArticleTimeline(tables.client, names.articles),
        raw: openRawBucket(s3, raw),
        partners: openPartnerTable(tables.client, names.partners),
        derive: deriveArticle,
        profiles: withoutProfiles,
        now,
        nearDuplicateDays: 90,
        timelineShards: 1,
        pause: async () => {},
        sleep: async (milliseconds: number) => {
          aheadMs += milliseconds;
        },
        imports: openImportTable(tables.client, names.imports),
        erasures: openErasureLog(tables.client, names.partners),
        articleItems: openErasureTable(tables.client, names.articles),
        partnerItems: openErasureTable(tables.client, names.partners),
        importItems: openErasureTable(tables.client, names.imports),
        rawObjects: openObjectVersions(s3, raw),
        importFiles: openObjectVersions(s3, files),
        others: [],
      } satisfies EraseContext & IngestContext & ListContext;
      return {
        context,
        s3,
        buckets: { raw, files },
        async submit(partner: string, partnerArticleId: string, given: TestSubmission) {
          return (await ingestArticle(makeTextSubmission(partner, partnerArticleId, given), context)).result;
        },
        /** Every item of every table. */
        async readItems(): Promise<TableItem[]> {
          const items: TableItem[] = [];
          for (const name of Object.values(names)) {
            for await (const page of scanTable(tables.client, name)) items.push(...page);
          }
          return items;
        },
        /** Keys of all objects, in all versions. */
        async readObjects(): Promise<string[]> {
          const keys: string[] = [];
          for await (const page of context.rawObjects.list("")) keys.push(...page.map(({ key }) => key));
          for await (const page of context.importFiles.list("")) keys.push(...page.map(({ key }) => key));
          return keys;
        },
      };
    },
    async close() {
      s3.destroy();
      await server.close();
      await tables.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

type TestSubmission = SubmissionMetadata & ({ readonly text: string } | { readonly html: string });

/** A submission as the functions hand it to the pipeline. */
export function makeTextSubmission(
  partner: string,
  partnerArticleId: string,
  given: TestSubmission,
): IncomingSubmission {
  const { text, html, ...metadata } = given as SubmissionMetadata & { text?: string; html?: string };
  const content = html ?? text ?? "";
  const form = html === undefined ? "text" : "html";
  const contentType = `text/${form === "html" ? "html" : "plain"}; charset=utf-8`;
  const bytes = new TextEncoder().encode(content);
  const document = { form, content, bytes, contentType, charset: "utf-8", warnings: [] } as const;
  return { partner, address: { partnerArticleId }, metadata, document, validateOnly: false };
}
