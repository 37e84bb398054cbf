import fc from "fast-check";
import { expect, test } from "vitest";
import { groupKeys, type Position } from "../../infra/local/s3/group-keys.ts";
import { runs } from "../support/property-runs.ts";

type Row = { key: string; seq: number };
const key = fc.string({ unit: fc.constantFrom("a", "b", "/", "-", "ü", "～", "🙂"), minLength: 1, maxLength: 6 });
const part = fc.string({ unit: fc.constantFrom("a", "/", "ü", "-"), maxLength: 2 });
const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** The index in the plainest form: sorted rows, filtered. */
function listRows(all: readonly Row[]) {
  return (from: Position, end: Buffer): Row[] =>
    all.filter((row) => {
      const bytes = Buffer.from(row.key);
      const order = Buffer.compare(bytes, from.key);
      return Buffer.compare(bytes, end) < 0 && (order > 0 || (order === 0 && row.seq < from.seq));
    });
}

/** What S3 says a listing is, without pages: rows and groups, each group once. */
function listPlainly(all: readonly Row[], prefix: string, delimiter: string): string[] {
  const entries = all
    .filter((row) => row.key.startsWith(prefix))
    .map((row) => {
      const at = delimiter === "" ? -1 : row.key.indexOf(delimiter, prefix.length);
      return at === -1 ? `${row.key} ${row.seq}` : `group ${row.key.slice(0, at + delimiter.length)}`;
    });
  return [...new Set(entries)];
}

test("the pages of a listing, of any size, add up to what a plain listing gives", () => {
  fc.assert(
    fc.property(fc.array(key), part, part, fc.integer({ min: 1, max: 5 }), (keys, prefix, delimiter, limit) => {
      const all = keys
        .map((name, at) => ({ key: name, seq: at + 1 }))
        .sort((left, right) => byBytes(left.key, right.key) || right.seq - left.seq);
      const rowsFrom = listRows(all);
      const found: string[] = [];
      let start: Position | undefined;
      do {
        const page = groupKeys({
          rows: rowsFrom,
          keyOf: (row) => row.key,
          positionOf: (row) => ({ key: Buffer.from(row.key), seq: row.seq }),
          prefix,
          delimiter,
          start,
          limit,
        });
        const size = page.rows.length + page.commonPrefixes.length;
        expect(page.next ? size === limit : size <= limit).toBe(true);
        found.push(
          ...page.rows.map((row) => `${row.key} ${row.seq}`),
          ...page.commonPrefixes.map((name) => `group ${name}`),
        );
        start = page.next;
      } while (start);
      expect(found.sort()).toEqual(listPlainly(all, prefix, delimiter).sort());
    }),
    { numRuns: runs(2000) },
  );
});
