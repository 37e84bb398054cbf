import { listArticles as operation } from "../../../shared/api/operations/list-articles.ts";
import { type ListContext, listArticles } from "../../../shared/list-articles.ts";
import type { ListQuery } from "../../../shared/plan-query.ts";
import { addDays, type Day } from "../export/day-range.ts";
import { mapInOrder } from "../export/map-in-order.ts";
import type { ShowProgress } from "../show-progress.ts";
import { digestRules } from "./digest-rules.ts";
import { type ChangeKind, type ReprocessContext, type Reprocessed, reprocessArticle } from "./reprocess-article.ts";

export interface ReprocessOptions {
  /** Both days belong to it, by the time by which articles are listed (UTC). */
  readonly from: Day;
  readonly to: Day;
  readonly partner?: string | undefined;
  readonly isDryRun: boolean;
  /** Articles that are derived anew in a second, at most. */
  readonly perSecond: number;
}

/** How far a run has come. */
export interface Tally {
  readonly articles: number;
  readonly outcomes: Readonly<Record<Reprocessed["outcome"], number>>;
  /** Articles by what has become another of them, each with a few IDs. */
  readonly changes: Readonly<
    Partial<Record<ChangeKind, { readonly articles: number; readonly examples: readonly string[] }>>
  >;
  readonly changed: number;
}

export interface Checkpoint {
  /** Where the list goes on; absent at its beginning. */
  readonly position: string | undefined;
  readonly tally: Tally;
  /** What partners' rules were when the run began. Where they are others, what was done before has to be looked at again. */
  readonly rules: string;
}

export interface ReprocessReport extends Tally {
  /** Whether partners' rules became others in the course of the run: what it did before that is by the old ones. */
  readonly haveRulesChanged: boolean;
}

/** What was about to be written of an article when a run was killed: after the checkpoint, so no tally has it. */
export type Notes = ReadonlyMap<string, readonly ChangeKind[]>;

/** Where a run keeps how far it has come. */
export interface CheckpointFile {
  read(): Promise<{ readonly checkpoint: Checkpoint | undefined; readonly notes: Notes }>;
  /** Notes that an article is about to be written. */
  note(id: string, changes: readonly ChangeKind[]): Promise<void>;
  /** Takes the place of the checkpoint before, and of all notes. */
  write(checkpoint: Checkpoint): Promise<void>;
  remove(): Promise<void>;
}

const pageSize = 100;
const atOnce = 8;
const maxExamples = 3;

const emptyTally: Tally = {
  articles: 0,
  outcomes: { current: 0, gone: 0, unsafe: 0, derived: 0 },
  changes: {},
  changed: 0,
};

/**
 * Derives the articles of a stretch of days anew, newest first, as far as they were derived by other rules than today's. After each
 * page of the list it is kept how far that is. What a killed run did of a page is `current` when the page is done again, and counted
 * by what was noted of it: the archive ends the same and so do the counts, however often the run was ended. Where the rules of a
 * partner have changed since, it begins anew.
 */
export async function reprocess(
  options: ReprocessOptions,
  context: ReprocessContext & ListContext & { readonly sleep: (milliseconds: number) => Promise<void> },
  { file, progress }: { readonly file: CheckpointFile; readonly progress: ShowProgress },
): Promise<ReprocessReport> {
  const query: ListQuery = operation.query.parse({
    publishedFrom: options.from,
    publishedTo: addDays(options.to, 1),
    duplicates: "include",
    limit: pageSize,
    ...(options.partner !== undefined && { partner: [options.partner] }),
  });
  const rules = await digestRules(options.partner, context.partners);
  const { checkpoint, notes } = options.isDryRun ? nothingKept : await resume(file, rules);
  let { position, tally }: Pick<Checkpoint, "position" | "tally"> = checkpoint;
  const beforeWork = openThrottle(options.perSecond, context);
  do {
    const page = await listArticles(query, position, context);
    const results = mapInOrder(toAsync(page.items), atOnce, async ({ id }) => {
      const beforeWrite = (changes: readonly ChangeKind[]) => file.note(id, changes);
      const result = await reprocessArticle(id, { isDryRun: options.isDryRun, beforeWork, beforeWrite }, context);
      return { id, result: recall(result, notes.get(id)) };
    });
    for await (const { id, result } of results) {
      tally = addTo(tally, id, result);
      progress.update(
        `${tally.articles.toLocaleString("en")} articles, ${tally.outcomes.derived.toLocaleString("en")} derived anew, ${tally.changed.toLocaleString("en")} have become others`,
      );
    }
    position = page.position;
    if (!options.isDryRun && position !== undefined) await file.write({ position, tally, rules });
  } while (position !== undefined);
  const haveRulesChanged = (await digestRules(options.partner, context.partners)) !== rules;
  if (!options.isDryRun) await file.remove();
  progress.end();
  return { ...tally, haveRulesChanged };
}

const nothingKept = { checkpoint: { position: undefined, tally: emptyTally }, notes: new Map() as Notes };

/** Goes on from what is kept, if it is of the same rules; else that is replaced, so that no note of it is taken for one of this run. */
async function resume(file: CheckpointFile, rules: string) {
  const { checkpoint, notes } = await file.read();
  if (checkpoint?.rules === rules) return { checkpoint, notes };
  await file.write({ ...nothingKept.checkpoint, rules });
  return nothingKept;
}

async function* toAsync<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

/** What an article that is `current` has become in a run that did not live to count it. */
function recall(result: Reprocessed, noted: readonly ChangeKind[] | undefined): Reprocessed {
  return result.outcome === "current" && noted !== undefined ? { outcome: "derived", changes: noted } : result;
}

function addTo(tally: Tally, id: string, result: Reprocessed): Tally {
  const kinds = result.outcome === "derived" ? result.changes : [];
  const changes = { ...tally.changes };
  for (const kind of kinds) {
    const { articles, examples } = changes[kind] ?? { articles: 0, examples: [] };
    changes[kind] = { articles: articles + 1, examples: examples.length < maxExamples ? [...examples, id] : examples };
  }
  return {
    articles: tally.articles + 1,
    outcomes: { ...tally.outcomes, [result.outcome]: tally.outcomes[result.outcome] + 1 },
    changes,
    changed: tally.changed + (kinds.length > 0 ? 1 : 0),
  };
}

/** Lets so many through in a second, evenly. */
function openThrottle(
  perSecond: number,
  { now, sleep }: { readonly now: () => Date; readonly sleep: (milliseconds: number) => Promise<void> },
): () => Promise<void> {
  let nextAt = 0;
  return async () => {
    const at = now().getTime();
    const turnAt = Math.max(at, nextAt);
    nextAt = turnAt + 1000 / perSecond;
    if (turnAt > at) await sleep(turnAt - at);
  };
}
