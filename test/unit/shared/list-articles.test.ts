import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ArticleSummary } from "../../../shared/api/article-summary.ts";
import { type ListContext, listArticles } from "../../../shared/list-articles.ts";
import type { ListQuery } from "../../../shared/plan-query.ts";
import type { ArticleRecord, Cluster, Day } from "../../../shared/stores/article-record.ts";
import type { Stretch } from "../../../shared/stores/article-timeline.ts";
import { type TimelineIndex, timelineIndexes } from "../../../shared/stores/table-keys.ts";
import { runs } from "../../support/property-runs.ts";

/** An article as the lists have it, in memory: which partition of each index it lies in, and its place there. */
interface Row {
  readonly entry: ArticleSummary;
  readonly partitions: Readonly<Record<TimelineIndex, string | undefined>>;
  readonly keys: Readonly<Record<"timelineKey" | "arrivalKey", string>>;
}

/** Rows read page by page like the indexes. `shards`: over how many partitions each day is spread. */
function openTimeline(rows: readonly Row[], maxPage = Number.POSITIVE_INFINITY) {
  let handedOver = 0;

  /** The first of these within the stretch, and whether DynamoDB would say that there may be more. */
  function take<T>(all: readonly T[], key: (row: T) => string, stretch: Stretch, limit: number) {
    const within = all
      .filter((row) => key(row) >= stretch.from && key(row) < stretch.before)
      .sort((a, b) => (key(a) < key(b) === stretch.isAscending ? -1 : 1));
    const size = Math.min(limit, maxPage);
    // A page that is full has a last key, also when nothing lies behind it.
    return { taken: within.slice(0, size), hasMore: within.length >= size };
  }

  let queries = 0;
  const countQuery = () => {
    if (++queries > 20_000) throw new Error("The list asks without end.");
  };
  const timeline: ListContext["timeline"] = {
    async queryEntries({ index, partition, stretch, limit }) {
      countQuery();
      const { sortKey } = timelineIndexes[index];
      const inPartition = rows.filter((row) => row.partitions[index] === partition);
      const { taken, hasMore } = take(inPartition, (row) => row.keys[sortKey], stretch, limit);
      handedOver += taken.length;
      return {
        entries: taken.map(({ entry, keys }) => {
          const listedAt = keys.timelineKey.split("#")[0] ?? "";
          return { entry, listedAt, position: keys[sortKey] };
        }),
        hasMore,
      };
    },
    async queryDays(stretch, limit) {
      countQuery();
      const { taken, hasMore } = take(describeDays(rows), ({ day }) => day, stretch, limit);
      return { days: taken, hasMore };
    },
  };
  const unused = () => Promise.reject(new Error("The list asked for a cluster."));
  return {
    context: {
      timeline,
      articles: { getArticles: unused, getCluster: unused, listMembers: unused },
    } satisfies ListContext,
    /** Entries that were read since the last time. */
    countRead() {
      const count = handedOver;
      handedOver = 0;
      return count;
    },
  };
}

/** The items of the days, as the writers of these rows leave them. */
function describeDays(rows: readonly Row[]): Day[] {
  const days = new Map<string, { lists: Set<string>; shards: number }>();
  for (const { partitions } of rows) {
    for (const index of ["byDay", "byArrival"] as const) {
      const [kind = "", day = "", shard] = partitions[index]?.split("#") ?? [];
      const { lists, shards } = days.get(day) ?? { lists: new Set<string>(), shards: 1 };
      days.set(day, { lists: lists.add(`${index}#${kind}`), shards: Math.max(shards, Number(shard) + 1) });
    }
  }
  return [...days].map(([day, { lists, shards }]) => ({ day, lists, shards }));
}

const defaults: ListQuery = { status: ["live"], limit: 20 };

/** Pages from the beginning to the end. */
async function readAll(query: ListQuery, context: ListContext, betweenPages: () => void = () => {}) {
  const pages: string[][] = [];
  let position: string | undefined;
  do {
    const page = await listArticles(query, position, context);
    pages.push(page.items.map(({ id }) => id));
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    if (pages.length > 2000) throw new Error("The list has no end.");
    position = page.position;
    betweenPages();
  } while (position !== undefined);
  return pages;
}

const startMs = Date.parse("2026-11-20T00:00:00.000Z");
const at = (hours: number) => new Date(startMs + hours * 3_600_000).toISOString();

interface Seed {
  readonly ingested: number;
  readonly published?: number | undefined;
  /** Over how many partitions its days were spread when it was written. */
  readonly shards?: number;
}

function makeRow(number: number, seed: Seed & Partial<ArticleSummary> = { ingested: 0 }): Row {
  const { ingested, published, shards = 1, ...given } = seed;
  const id = number.toString(16).padStart(32, "0");
  const ingestedAt = at(ingested);
  const publishedAt = published === undefined ? undefined : at(published);
  const listed = publishedAt !== undefined && publishedAt < ingestedAt ? publishedAt : ingestedAt;
  const entry: ArticleSummary = {
    ...{ id, partner: "wire", revision: 1, status: "live", clusterId: id, ingestedAt, publishedAt },
    ...given,
  };
  const kind = entry.status === "retracted" ? "r" : entry.match === undefined ? "o" : "d";
  return {
    entry,
    partitions: {
      byDay: `${kind}#${listed.slice(0, 10)}#${number % shards}`,
      byArrival: `${kind}#${ingestedAt.slice(0, 10)}#${number % shards}`,
      bySource: entry.source && `${kind}#${entry.source}`,
      byPartner: `${kind}#${entry.partner}`,
    },
    keys: { timelineKey: `${listed}#${id}`, arrivalKey: `${ingestedAt}#${id}` },
  };
}

/** The list as its documentation says it, over everything at once. */
function filterAll(rows: readonly Row[], query: ListQuery): string[] {
  const ranges = (tag = "") =>
    tag.split("-").map((_, index, parts) =>
      parts
        .slice(0, index + 1)
        .join("-")
        .toLowerCase(),
    );
  const sortKey = query.sort?.endsWith("ingestedAt") ? "arrivalKey" : "timelineKey";
  const direction = query.sort?.startsWith("-") === false ? 1 : -1;
  return rows
    .filter(({ entry, keys }) => {
      const listed = keys.timelineKey.split("#")[0] ?? "";
      if (!query.status.includes(entry.status)) return false;
      if (query.duplicates === "only" && entry.match === undefined) return false;
      if ((query.duplicates ?? "exclude") === "exclude" && entry.match !== undefined) return false;
      if (query.partner && !query.partner.includes(entry.partner)) return false;
      if (query.source && !query.source.includes(entry.source ?? "")) return false;
      if (query.tag && !query.tag.some((tag) => entry.tags?.includes(tag))) return false;
      if (query.author && !query.author.some((author) => entry.authors?.includes(author))) return false;
      if (query.language && !query.language.some((range) => ranges(entry.language).includes(range.toLowerCase())))
        return false;
      if (query.publishedFrom !== undefined && listed < query.publishedFrom) return false;
      return query.publishedTo === undefined || listed < query.publishedTo;
    })
    .sort((a, b) => (a.keys[sortKey] < b.keys[sortKey] ? -direction : direction))
    .map(({ entry }) => entry.id);
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** Most filters are absent: with all of them at once, nothing would ever be found. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const partner = fc.constantFrom("wire", "local");
const source = fc.constantFrom("a.example", "b.example");
const word = fc.constantFrom("x", "y", "z");
/** Few enough that many articles have the same. */
const hours = fc.integer({ min: 0, max: 9 }).map((number) => number * 11);

/** One value or two of a filter. */
const some = <T>(value: fc.Arbitrary<T>) => fc.uniqueArray(value, { minLength: 1, maxLength: 2 });

const arbitraryRows = fc
  .array(
    fc
      .record({
        ingested: hours,
        published: maybe(hours),
        // The number of shards grew in the middle of a day, and grew again.
        shards: fc.constantFrom(1, 1, 2, 5),
        partner,
        source: maybe(source),
        language: maybe(fc.constantFrom("de", "de-AT", "den", "en")),
        tags: maybe(fc.uniqueArray(word)),
        authors: maybe(fc.uniqueArray(word)),
        status: fc.constantFrom("live" as const, "live" as const, "retracted" as const),
        match: rarely(fc.constantFrom("url" as const, "content" as const)),
      })
      // A tombstone is no duplicate of anything.
      .map((seed) => (seed.status === "retracted" ? { ...seed, match: undefined } : seed)),
    { maxLength: 40, size: "max" },
  )
  .map((seeds) => seeds.map((seed, index) => makeRow(index, seed)));

const arbitraryQuery: fc.Arbitrary<ListQuery> = fc.record({
  limit: fc.integer({ min: 1, max: 8 }),
  status: fc.constantFrom<ListQuery["status"][]>(["live"], ["live"], ["live"], ["retracted"], ["live", "retracted"]),
  duplicates: fc.constantFrom(undefined, "exclude" as const, "include" as const, "include" as const, "only" as const),
  sort: fc.constantFrom(
    undefined,
    "publishedAt" as const,
    "-publishedAt" as const,
    "ingestedAt" as const,
    "-ingestedAt" as const,
  ),
  partner: rarely(some(partner)),
  source: rarely(some(source)),
  language: rarely(some(fc.constantFrom("de", "DE", "de-at", "en", "fr"))),
  tag: rarely(some(word)),
  author: rarely(some(word)),
  publishedFrom: rarely(hours.map(at)),
  publishedTo: rarely(hours.map(at)),
});

describe("the pages of a list", () => {
  test("add up to the whole, filtered and in order, whatever is asked and however it is cut", () => {
    return fc.assert(
      fc.asyncProperty(
        arbitraryRows,
        arbitraryQuery,
        fc.integer({ min: 1, max: 10 }),
        async (entries, query, maxPage) => {
          const pages = await readAll(query, openTimeline(entries, maxPage).context);
          const expected = filterAll(entries, query);
          expect(pages.flat()).toEqual(expected);
          // Nothing here is long enough for a page to be cut short: all but the last are full.
          for (const page of pages.slice(0, -1)) expect(page).toHaveLength(query.limit);
          expect(pages).toHaveLength(Math.max(1, Math.ceil(expected.length / query.limit)));
        },
      ),
      { numRuns: runs(500) },
    );
  });

  test("have no gap and no repeat while articles are being added", () => {
    return fc.assert(
      fc.asyncProperty(
        arbitraryRows,
        arbitraryQuery,
        fc.array(hours, { maxLength: 20 }),
        async (entries, query, additions) => {
          const timeline = [...entries];
          const expected = filterAll(entries, query);
          const pages = await readAll(query, openTimeline(timeline).context, () => {
            const ingested = additions.pop();
            if (ingested !== undefined) timeline.push(makeRow(1000 + additions.length, { ingested, shards: 3 }));
          });
          const items = pages.flat();
          expect(new Set(items).size).toBe(items.length);
          const known = new Set(entries.map(({ entry }) => entry.id));
          expect(items.filter((id) => known.has(id))).toEqual(expected);
        },
      ),
    );
  });

  test("go over any number of days", async () => {
    const entries = Array.from({ length: 400 }, (_, index) => makeRow(index, { ingested: index * 12 }));
    const pages = await readAll({ ...defaults, limit: 7 }, openTimeline(entries).context);
    expect(pages.flat()).toEqual(filterAll(entries, defaults));
    expect(new Set(entries.map(({ keys }) => keys.timelineKey.slice(0, 10))).size).toBe(200);
  });

  test("keep articles of one instant apart", async () => {
    const entries = Array.from({ length: 25 }, (_, index) => makeRow(index, { ingested: 5 }));
    const pages = await readAll({ ...defaults, limit: 4 }, openTimeline(entries).context);
    expect(pages.flat()).toEqual(filterAll(entries, defaults));
  });

  test("an empty list is one empty page", async () => {
    expect(await readAll(defaults, openTimeline([]).context)).toEqual([[]]);
  });

  test("a stretch that is upside down is empty", async () => {
    const { context } = openTimeline([makeRow(1, { ingested: 5 })]);
    expect(await readAll({ ...defaults, publishedFrom: at(6), publishedTo: at(4) }, context)).toEqual([[]]);
  });
});

describe("a filter that matches little", () => {
  // One in 300 has the tag.
  const entries = Array.from({ length: 2000 }, (_, index) =>
    makeRow(index, { ingested: index / 20, tags: index % 300 === 0 ? ["rare"] : [] }),
  );

  test.each([
    ["over all days", {}],
    ["over all days, as they arrived", { sort: "-ingestedAt" as const }],
    ["over one partner", { partner: ["wire"] }],
  ])("%s: a page looks at 500, comes short with a cursor, and all add up", async (_, filter) => {
    const query = { ...defaults, ...filter, tag: ["rare"] };
    const { context, countRead } = openTimeline(entries);
    const read: number[] = [];
    const pages = await readAll(query, context, () => read.push(countRead()));
    expect(pages.flat()).toEqual(filterAll(entries, query));
    expect(pages.length).toBe(4);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(defaults.limit);
    expect(Math.max(...read)).toBeLessThanOrEqual(500 + 2 * (defaults.limit + 1));
  });

  test("that matches nothing gives empty pages to the end", async () => {
    const pages = await readAll({ ...defaults, tag: ["none"] }, openTimeline(entries).context);
    expect(pages).toEqual([[], [], [], []]);
  });

  test("a full page reads no further than the next match", async () => {
    const { context, countRead } = openTimeline(entries);
    await listArticles({ ...defaults, limit: 3 }, undefined, context);
    // A page of the day and one entry more; DynamoDB is asked by the limit, not by the cap.
    expect(countRead()).toBeLessThanOrEqual(8);
  });
});

test("days that turn out to be empty end a page, and the next one goes on behind them", async () => {
  const ghosts = Array.from({ length: 450 }, (_, index) => makeRow(index, { ingested: index * 24 }));
  const oldest = makeRow(1000, { ingested: -24 });
  const { context } = openTimeline([...ghosts, oldest]);
  let queries = 0;
  const emptied: ListContext = {
    ...context,
    timeline: {
      ...context.timeline,
      async queryEntries(wanted) {
        queries++;
        const { entries } = await context.timeline.queryEntries(wanted);
        return { entries: entries.filter(({ entry }) => entry.id === oldest.entry.id), hasMore: false };
      },
    },
  };
  const perPage: number[] = [];
  const pages = await readAll(defaults, emptied, () => {
    perPage.push(queries);
    queries = 0;
  });
  expect(pages).toEqual([[], [], [], [], [oldest.entry.id]]);
  expect(Math.max(...perPage)).toBeLessThanOrEqual(100);
});

test("only the shards of a day are read, and only its lists", async () => {
  const rows = [
    makeRow(1, { ingested: 1, shards: 1 }),
    makeRow(2, { ingested: 1, shards: 3 }),
    makeRow(3, { ingested: 30, match: "near" }),
    makeRow(4, { ingested: 60, status: "retracted" }),
  ];
  const { context } = openTimeline(rows);
  const seen: string[] = [];
  const watched: ListContext = {
    ...context,
    timeline: {
      ...context.timeline,
      queryEntries(wanted) {
        seen.push(wanted.partition);
        return context.timeline.queryEntries(wanted);
      },
    },
  };
  const read = async (query: Partial<ListQuery>) => {
    seen.length = 0;
    await listArticles({ ...defaults, ...query }, undefined, watched);
    return seen;
  };
  const originals = ["o#2026-11-20#0", "o#2026-11-20#1", "o#2026-11-20#2"];
  expect(await read({})).toEqual(originals);
  expect(await read({ sort: "ingestedAt" })).toEqual(originals);
  expect(await read({ duplicates: "only" })).toEqual(["d#2026-11-21#0"]);
  expect(await read({ duplicates: "include" })).toEqual(["d#2026-11-21#0", ...originals]);
  expect(await read({ status: ["retracted"] })).toEqual(["r#2026-11-22#0"]);
  expect(await read({ status: ["retracted"], duplicates: "only" })).toEqual([]);
});

describe("a cluster", () => {
  const id = (number: number) => number.toString(16).padStart(32, "0");
  const clusterId = id(1);

  function makeRecord(
    number: number,
    given: { clusterId?: string; duplicate?: boolean; tags?: string[] } = {},
  ): ArticleRecord {
    const { duplicate = true, tags } = given;
    const { entry, keys } = makeRow(number, { ingested: number });
    return {
      ...entry,
      status: "live",
      timelineKey: keys.timelineKey,
      clusterId: given.clusterId ?? clusterId,
      version: 1,
      modifiedAt: entry.ingestedAt,
      outcome: duplicate ? "duplicate" : "created",
      metadataDigest: "",
      raw: { sha256: "", bytes: 0, contentType: "text/html", charset: "utf-8" },
      sanitation: { removed: [] },
      warnings: [],
      tags,
      ...(duplicate && { duplicate: { originalId: clusterId, match: "content", joinedAt: entry.ingestedAt } }),
    };
  }

  function openCluster(
    records: readonly ArticleRecord[],
    clusters: Record<string, Cluster>,
    members: readonly number[],
  ): ListContext {
    const unused = () => Promise.reject(new Error("The list asked an index."));
    return {
      timeline: { queryDays: unused, queryEntries: unused },
      articles: {
        getArticles: async (ids) => records.filter((record) => ids.includes(record.id)).toReversed(),
        getCluster: async (name) => clusters[name],
        async listMembers(name, { limit, after = "" }) {
          if (name !== clusterId) return { members: [], hasMore: false };
          const rest = members
            .map((number) => ({ articleId: id(number), position: `member#${at(number)}#${id(number)}` }))
            .filter(({ position }) => position > after);
          return { members: rest.slice(0, limit), hasMore: rest.length >= limit };
        },
      },
    };
  }

  const records = [makeRecord(1, { duplicate: false }), ...[2, 3, 4, 5, 6].map((number) => makeRecord(number))];
  const whole = openCluster(records, { [clusterId]: { originalId: id(1), members: 5 } }, [2, 3, 4, 5, 6]);
  const query = { ...defaults, cluster: clusterId };

  test.each([1, 2, 3, 5, 6, 7, 20])("is listed original first, then as they joined, %i to a page", async (limit) => {
    const pages = await readAll({ ...query, limit }, whole);
    expect(pages.flat()).toEqual([1, 2, 3, 4, 5, 6].map(id));
    expect(pages).toHaveLength(Math.ceil(6 / limit));
  });

  test.each([
    ["include", [1, 2, 3, 4, 5, 6]],
    ["exclude", [1]],
    ["only", [2, 3, 4, 5, 6]],
  ] as const)("with duplicates=%s", async (duplicates, expected) => {
    expect((await readAll({ ...query, duplicates, limit: 2 }, whole)).flat()).toEqual(expected.map(id));
  });

  test("within a time", async () => {
    const pages = await readAll({ ...query, publishedFrom: at(2), publishedTo: at(4) }, whole);
    expect(pages.flat()).toEqual([2, 3].map(id));
  });

  test.each([
    ["publishedAt", [1, 2, 3, 4, 5, 6]],
    ["-ingestedAt", [6, 5, 4, 3, 2, 1]],
  ] as const)("by %s", async (sort, expected) => {
    for (const limit of [1, 4, 20]) {
      expect((await readAll({ ...query, sort, limit }, whole)).flat()).toEqual(expected.map(id));
    }
  });

  test("of more than 500 articles is not sorted, and says so", async () => {
    const many = Array.from({ length: 501 }, (_, index) => index + 2);
    const all = [makeRecord(1, { duplicate: false }), ...many.map((number) => makeRecord(number))];
    const large = openCluster(all, { [clusterId]: { originalId: id(1), members: 501 } }, many);
    await expect(listArticles({ ...query, sort: "publishedAt" }, undefined, large)).rejects.toThrow("too many to sort");
    expect((await listArticles(query, undefined, large)).items).toHaveLength(20);
  });

  const cases: [name: string, wanted: string, context: ListContext, expected: number[]][] = [
    ["with nobody but its starter has no item of its own", clusterId, openCluster(records.slice(0, 1), {}, []), [1]],
    [
      "that has lost its original shows its members",
      clusterId,
      openCluster(records.slice(1), { [clusterId]: { members: 2 } }, [2, 3]),
      [2, 3],
    ],
    [
      "that has gone over to another shows that",
      id(9),
      openCluster(
        records,
        {
          [id(9)]: { mergedInto: id(8), members: 0 },
          [id(8)]: { mergedInto: clusterId, members: 0 },
          [clusterId]: { originalId: id(1), members: 1 },
        },
        [2],
      ),
      [1, 2],
    ],
    [
      "that a member has just left does not show it",
      clusterId,
      openCluster(
        [...records.slice(0, 2), makeRecord(3, { clusterId: id(7) })],
        { [clusterId]: { originalId: id(1), members: 2 } },
        [2, 3],
      ),
      [1, 2],
    ],
    [
      "whose starter has gone elsewhere does not show it",
      clusterId,
      openCluster([makeRecord(1, { clusterId: id(7) })], {}, []),
      [],
    ],
    ["that nobody knows is empty", id(99), openCluster(records, {}, []), []],
    ["whose name makes no sense is empty", "nonsense", openCluster(records, {}, []), []],
  ];

  test.each(cases)("%s", async (_, wanted, context, expected) => {
    expect((await readAll({ ...query, cluster: wanted }, context)).flat()).toEqual(expected.map(id));
  });
});
