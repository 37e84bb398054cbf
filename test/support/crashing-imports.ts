import { answerItem } from "../../shared/answer-item.ts";
import type { OutcomeCounts } from "../../shared/api/item-answer.ts";
import type { ProblemError } from "../../shared/api/problem.ts";
import { type Delivery, type ImportContext, type ImportRun, runImport } from "../../shared/imports/run-import.ts";
import type { IngestContext } from "../../shared/ingest-article.ts";
import type { ArticleRecord } from "../../shared/stores/article-record.ts";
import type { ImportRecord } from "../../shared/stores/import-record.ts";
import { Crash, type CrashPoint, openProcess } from "./crashing-process.ts";
import { makeImport } from "./import-record.ts";
import { makeIngestContext } from "./make-ingest-context.ts";
import { openMemoryImports } from "./memory-imports.ts";
import { openMemoryStores } from "./memory-stores.ts";

export interface ImportWorld {
  readonly imports: ReturnType<typeof openMemoryImports>;
  readonly articles: ReadonlyMap<string, ArticleRecord>;
  readonly record: ImportRecord;
  /** Bodies of messages that were sent to go on. */
  readonly sent: string[];
  /** Texts with this in them meet a fault of ours. */
  poison: string | undefined;
  /** What the processes told of their checkpoints. */
  readonly counted: Partial<OutcomeCounts>;
  /** Steps of the last run. */
  steps: number;
  /** A process of its own, which dies where it is told to. */
  run(delivery: Partial<Delivery>, options?: RunOptions): Promise<ImportRun>;
  /** Gives one message to one process after the other until one lives to the end, and so on with what was sent. */
  finish(crashes?: Iterator<CrashPoint | undefined>): Promise<void>;
  /** All lines of failures, in the order in which they are answered. */
  listFailures(): Promise<string[]>;
  read(): Promise<ImportRecord>;
}

export interface RunOptions {
  readonly crash?: CrashPoint | undefined;
  readonly change?: (context: ImportContext) => Partial<ImportContext>;
}

class Poison extends TypeError {}

const limits = { items: 4, bytes: 10_000, concurrency: 3, minRemainingMs: 1000, maxUnpackedBytes: 1_000_000 };

/** An import with everything around it in memory, where every request to a store is a step at which a process may die. */
export async function openImportWorld(file: Uint8Array, announced: Partial<ImportRecord> = {}): Promise<ImportWorld> {
  const stores = openMemoryStores();
  const imports = openMemoryImports();
  const objects = new Map<string, string>();
  const sent: string[] = [];
  const ingest = makeIngestContext(stores);
  const record = makeImport({ contentLength: file.length, ...announced });
  await imports.createImport(record);
  let processes = 0;

  function makeProcess({ crash, change }: RunOptions): ImportContext {
    const token = `process-${++processes}`;
    const { step, stepAll } = openProcess(crash, (steps) => {
      world.steps = steps;
    });
    const pipeline: IngestContext = {
      ...ingest,
      articles: stepAll(ingest.articles),
      raw: stepAll(ingest.raw),
      derive(document, ...rest) {
        if (world.poison !== undefined && document.content.includes(world.poison)) throw new Poison("a bug of ours");
        return ingest.derive(document, ...rest);
      },
    };
    const context: ImportContext = {
      imports: stepAll(imports),
      bucket: stepAll({
        readUpload: async (_id: string, start: number, end: number) => Uint8Array.from(file.subarray(start, end)),
        putFailures: async (key: string, lines: string) => void objects.set(key, lines),
      }),
      queue: stepAll({ sendImport: async (id: string) => void sent.push(id) }),
      answerItem: (item, { partner }, check) => {
        const onFault = ({ cause }: ProblemError) => {
          if (!(cause instanceof Crash) && !(cause instanceof Poison)) throw cause;
        };
        const request = { partner, rules: undefined, check, validateOnly: false, instance: "urn:import:1" };
        return answerItem(item, { ...request, onFault }, pipeline);
      },
      onCounted(_partner, added) {
        for (const name of Object.keys(added) as (keyof OutcomeCounts)[]) {
          world.counted[name] = (world.counted[name] ?? 0) + added[name];
        }
      },
      getArticle: (id) => step(async () => stores.articles.get(id)),
      now: ingest.now,
      makeToken: () => token,
      // The clock goes on by a second a look.
      remainingMs: () => 1_000_000_000,
      pause: async () => {},
      limits,
    };
    return { ...context, ...change?.(context) };
  }

  const world: ImportWorld = {
    imports,
    articles: stores.articles,
    record,
    sent,
    poison: undefined,
    counted: {},
    steps: 0,
    run: (delivery, options = {}) =>
      runImport({ importId: record.id, messageId: "m1", attempt: 1, ...delivery }, makeProcess(options)),
    async finish(crashes) {
      for (let message = 0; message <= sent.length; message++) {
        for (let attempt = 1; ; attempt++) {
          const crash = crashes?.next().value as CrashPoint | undefined;
          try {
            await world.run({ messageId: `m${message}`, attempt }, { crash });
            break;
          } catch (error) {
            if (crash === undefined) throw error;
          }
        }
      }
    },
    async listFailures() {
      const parts = await imports.listFailureParts(record.id, -1, 1_000_000);
      return parts.flatMap(({ objectKey }) => (objects.get(objectKey) ?? "missing\n").trimEnd().split("\n"));
    },
    read: async () => (await imports.getImport(record.id)) as ImportRecord,
  };
  return world;
}
