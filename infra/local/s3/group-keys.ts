/**
 * A place in a listing, which goes by key (UTF-8 bytes, ascending) and within a key by `seq` (descending): just behind
 * this pair. With `beforeAll` it is before everything of the key, with `behindAll` behind everything of it.
 */
export type Position = { readonly key: Buffer; readonly seq: number };

const beforeAll = Number.MAX_SAFE_INTEGER;
export const behindAll = 0;

export type Grouping<Row> = {
  readonly rows: (from: Position, end: Buffer) => Iterable<Row>;
  readonly keyOf: (row: Row) => string;
  readonly positionOf: (row: Row) => Position;
  readonly prefix: string;
  readonly delimiter: string;
  /** Where to go on; `undefined` for the start. */
  readonly start: Position | undefined;
  readonly limit: number;
};
export type Grouped<Row> = {
  readonly rows: readonly Row[];
  readonly commonPrefixes: readonly string[];
  readonly next: Position | undefined;
};

/**
 * One page of an S3 listing: rows, and groups of keys that go on alike up to the delimiter. A group counts as one entry
 * and costs one seek, however many keys it has: we leave the rows at its first key and go on behind its prefix. So a
 * page costs as much as what it shows, and not as the bucket: the rows come lazily from an index in key order.
 */
export function groupKeys<Row>({
  rows,
  keyOf,
  positionOf,
  prefix,
  delimiter,
  start,
  limit,
}: Grouping<Row>): Grouped<Row> {
  const prefixBytes = Buffer.from(prefix);
  const end = endOfPrefix(prefixBytes);
  const shown: Row[] = [];
  const commonPrefixes: string[] = [];
  let position = start && Buffer.compare(start.key, prefixBytes) >= 0 ? start : { key: prefixBytes, seq: beforeAll };
  for (let jumped = limit > 0; jumped; ) {
    jumped = false;
    for (const row of rows(position, end)) {
      if (shown.length + commonPrefixes.length === limit) return { rows: shown, commonPrefixes, next: position };
      const group = findGroup(keyOf(row), prefix, delimiter);
      if (group !== undefined) {
        commonPrefixes.push(group);
        position = { key: endOfPrefix(Buffer.from(group)), seq: beforeAll };
        jumped = true;
        break;
      }
      shown.push(row);
      position = positionOf(row);
    }
  }
  return { rows: shown, commonPrefixes, next: undefined };
}

/** Behind a key that the client names; a name that is itself a group means behind the whole group. */
export function positionBehind(key: string, prefix: string, delimiter: string): Position {
  const bytes = Buffer.from(key);
  if (findGroup(key, prefix, delimiter) === key) return { key: endOfPrefix(bytes), seq: beforeAll };
  return { key: bytes, seq: behindAll };
}

function findGroup(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
}

/** The smallest byte string above all that start with the prefix; no byte of UTF-8 is FF, so adding one never carries. */
function endOfPrefix(prefix: Buffer): Buffer {
  if (prefix.length === 0) return Buffer.from([0xff]);
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end.at(-1) as number) + 1;
  return end;
}
