import type { IngestContext } from "../../shared/ingest-article.ts";
import type { ArticleWrite } from "../../shared/stores/article-writes.ts";

/** What stands between the pipeline and its stores. */
export interface Protocol {
  readonly name: string;
  /** Writes whose conditions the table does not look at. */
  readonly unchecked: readonly ArticleWrite["kind"][];
  wrap(context: IngestContext): IngestContext;
}

export const rightProtocol: Protocol = { name: "right", unchecked: [], wrap: (context) => context };

const conditions = ["article", "claim", "join", "leave", "cluster", "candidate"] as const;

/**
 * Protocols that look as if they would do, each by one change of what the pipeline asks of its stores. The simulator has to
 * find them; else its checks, or its faults, are not worth much.
 */
export const wrongProtocols: readonly Protocol[] = [
  {
    name: "metadata before the raw bytes",
    unchecked: [],
    wrap(context) {
      let putRaw = async () => {};
      return {
        ...context,
        raw: {
          ...context.raw,
          async putRaw(...object) {
            putRaw = () => context.raw.putRaw(...object);
          },
        },
        articles: {
          ...context.articles,
          async commit(writes) {
            const result = await context.articles.commit(writes);
            if (result.committed) await putRaw();
            return result;
          },
        },
      };
    },
  },
  { ...rightProtocol, name: "no conditions", unchecked: conditions },
  {
    name: "keys of similar texts after the commit",
    unchecked: [],
    wrap: (context) => commitInTwo(context, (write) => write.kind === "candidate" || write.kind === "sketch"),
  },
  {
    name: "claims after the commit",
    unchecked: [],
    wrap: (context) => commitInTwo(context, (write) => write.kind === "claim"),
  },
  {
    name: "claims before the commit",
    unchecked: [],
    wrap: (context) => commitInTwo(context, (write) => write.kind !== "claim"),
  },
];

/** Each of the conditions is there for a race, which has to be found when it alone is left out. */
export const carelessProtocols: readonly Protocol[] = conditions.map((kind) => ({
  ...rightProtocol,
  name: `no condition on ${kind}`,
  unchecked: [kind],
}));

export const allProtocols: readonly Protocol[] = [rightProtocol, ...wrongProtocols, ...carelessProtocols];

/** Some of the writes come after the others, in a transaction of their own. */
function commitInTwo(context: IngestContext, isLate: (write: ArticleWrite) => boolean): IngestContext {
  return {
    ...context,
    articles: {
      ...context.articles,
      async commit(writes) {
        const first = writes.filter((write) => !isLate(write));
        const second = writes.filter(isLate);
        const result = first.length > 0 ? await context.articles.commit(first) : { committed: true as const };
        return result.committed && second.length > 0 ? context.articles.commit(second) : result;
      },
    },
  };
}
