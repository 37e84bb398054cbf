import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { titleBoost } from "../../../shared/stores/search-index.ts";
import { runInTransaction } from "../s3/run-in-transaction.ts";
import type { LocalSearch } from "./read-search.ts";

/**
 * Words come folded and parted by spaces, and have to stay as they are: every character but the space belongs to a word.
 */
const tokenizer = "unicode61 remove_diacritics 0 categories 'L* N* M* P* S* C*' separators ' '";

const schema = `
  CREATE TABLE IF NOT EXISTS search_index (name TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS document (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    index_name TEXT NOT NULL,
    id TEXT NOT NULL,
    fields TEXT NOT NULL,
    shown TEXT NOT NULL,
    listed_at INTEGER NOT NULL,
    ingested_at INTEGER NOT NULL,
    UNIQUE (index_name, id)
  ) STRICT;
  CREATE VIRTUAL TABLE IF NOT EXISTS words
    USING fts5 (title, text, content = '', contentless_delete = 1, tokenize = "${tokenizer}");
`;

/** As the mapping of the index has them: a field that it does not name is refused. */
const Fields = z.strictObject({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  partner: z.string(),
  source: z.string().optional(),
  languages: z.array(z.string()),
  tags: z.array(z.string()),
  authors: z.array(z.string()),
  clusterId: z.string(),
  isDuplicate: z.boolean(),
  listedAt: z.iso.datetime(),
  ingestedAt: z.iso.datetime(),
  shown: z.unknown(),
});

export interface FoundDocument {
  readonly id: string;
  readonly score: number;
  readonly shown: unknown;
  readonly sort: readonly [number, string];
}

export type DocumentStore = ReturnType<typeof openDocumentStore>;

/** Indexes of documents on disk: SQLite's FTS5, whose ranking is BM25 as OpenSearch's is, with a heavier title. */
export function openDocumentStore(directory: string) {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, "index.sqlite"));
  database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  database.exec(schema);
  const find = database.prepare("SELECT seq FROM document WHERE index_name = ? AND id = ?");
  const removeDocument = database.prepare("DELETE FROM document WHERE seq = ?");
  const removeWords = database.prepare("DELETE FROM words WHERE rowid = ?");
  const insertDocument = database.prepare(
    "INSERT INTO document (index_name, id, fields, shown, listed_at, ingested_at) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const insertWords = database.prepare("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)");

  function remove(index: string, id: string): boolean {
    const seq = find.get(index, id)?.["seq"];
    if (seq === undefined) return false;
    removeDocument.run(seq);
    removeWords.run(seq);
    return true;
  }

  return {
    hasIndex: (name: string) => database.prepare("SELECT 1 FROM search_index WHERE name = ?").get(name) !== undefined,

    createIndex(name: string): void {
      database.prepare("INSERT INTO search_index VALUES (?)").run(name);
    },

    /**
     * Puts a document in the place of what has its ID.
     *
     * @throws ZodError on a document that the mapping does not fit
     */
    put(index: string, id: string, document: unknown): void {
      const { title, text, shown, listedAt, ingestedAt, ...fields } = Fields.parse(document);
      runInTransaction(database, () => {
        remove(index, id);
        const times = [Date.parse(listedAt), Date.parse(ingestedAt)] as const;
        const { lastInsertRowid } = insertDocument.run(
          index,
          id,
          JSON.stringify(fields),
          JSON.stringify(shown),
          ...times,
        );
        insertWords.run(lastInsertRowid, title, text);
      });
    },

    /** @returns false when there was none */
    remove: (index: string, id: string) => runInTransaction(database, () => remove(index, id)),

    findIds(index: string, field: { readonly id: string } | { readonly partner: string }, limit: number): string[] {
      const [[name, value] = ["", ""]] = Object.entries(field);
      const rows = database
        .prepare(
          "SELECT id FROM document WHERE index_name = ? AND json_extract(fields, '$.' || ?) = ? ORDER BY id LIMIT ?",
        )
        .all(index, name, value, limit);
      return rows.map(({ id }) => String(id));
    },

    search(index: string, { match, conditions, sortColumn, isAscending, after, limit }: LocalSearch): FoundDocument[] {
      const [compare, direction] = isAscending ? [">", "ASC"] : ["<", "DESC"];
      // The score can only be had where the words are matched, so that comes first and is written down.
      const rows = database
        .prepare(
          `WITH found AS MATERIALIZED (
            SELECT document.seq, document.id, document.listed_at, document.ingested_at,
              -bm25(words, ${titleBoost}.0, 1.0) AS score
            FROM words JOIN document ON document.seq = words.rowid
            WHERE words MATCH ? AND document.index_name = ? ${conditions.map(({ sql }) => `AND ${sql}`).join(" ")}
          )
          SELECT found.id, found.score, found.${sortColumn} AS sort_value, document.shown
          FROM found JOIN document USING (seq)
          ${after === undefined ? "" : `WHERE (found.${sortColumn}, found.id) ${compare} (?, ?)`}
          ORDER BY found.${sortColumn} ${direction}, found.id ${direction}
          LIMIT ?`,
        )
        .all(match, index, ...conditions.map(({ value }) => value), ...(after ?? []), limit);
      return rows.map(({ id, score, sort_value, shown }) => ({
        id: String(id),
        score: Number(score),
        shown: JSON.parse(String(shown)),
        sort: [Number(sort_value), String(id)],
      }));
    },

    close: () => database.close(),
  };
}
