import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ListContext, type ListQuery, listArticles } from "../../../shared/list-articles.ts";
import type { ArticleRecord, Cluster } from "../../../shared/stores/article-record.ts";
import type { TimelineEntry } from "../../../shared/stores/article-timeline.ts";
import { timelineIndexes } from "../../../shared/stores/table-keys.ts";
import { runs } from "../../support/property-runs.ts";

/** Entries in memory, read page by page like the indexes. */
function openTimeline(entries: TimelineEntry[], maxPage = Number.POSITIVE_INFINITY) {
  let handedOver = 0;

  /** The newest of these keys within the stretch, and whether DynamoDB would say that there may be more. */
  function take<T>(
    rows: readonly T[],
    key: (row: T) => string,
    wanted: { from: string; before: string; limit: number },
  ) {
    const within = rows
      .filter((row) => key(row) >= wanted.from && key(row) < wanted.before)
      .sort((a, b) => (key(a) < key(b) ? 1 : -1));
    const size = Math.min(wanted.limit, maxPage);
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
      const { partitionKey } = timelineIndexes[index];
      const rows = entries.filter((entry) =>
        partitionKey === "day" ? entry.timelineKey.startsWith(`${partition}T`) : entry[partitionKey] === partition,
      );
      const { taken, hasMore } = take(rows, (row) => row.timelineKey, { ...stretch, limit });
      handedOver += taken.length;
      return { entries: taken, hasMore };
    },
    async queryDays(stretch, limit) {
      countQuery();
      const days = [...new Set(entries.map(({ timelineKey }) => timelineKey.slice(0, 10)))];
      const { taken, hasMore } = take(days, (day) => day, { ...stretch, limit });
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

const defaults = { status: "live", limit: 20 } as const;

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
}

function makeEntry(number: number, seed: Seed & Partial<TimelineEntry> = { ingested: 0 }): TimelineEntry {
  const { ingested, published, ...given } = seed;
  const id = number.toString(16).padStart(32, "0");
  const ingestedAt = at(ingested);
  const publishedAt = published === undefined ? undefined : at(published);
  const listedAt = publishedAt !== undefined && publishedAt < ingestedAt ? publishedAt : ingestedAt;
  const entry = { id, partner: "wire", revision: 1, status: "live" as const, clusterId: id, ingestedAt, publishedAt };
  return { ...entry, ...given, timelineKey: `${listedAt}#${id}` };
}

/** The list as its documentation says it, over everything at once. */
function filterAll(entries: readonly TimelineEntry[], query: ListQuery): string[] {
  const languages = (tag = "") =>
    tag.split("-").map((_, index, parts) =>
      parts
        .slice(0, index + 1)
        .join("-")
        .toLowerCase(),
    );
  return entries
    .filter((entry) => {
      const listedAt = entry.timelineKey.split("#")[0] ?? "";
      if (entry.status !== query.status) return false;
      if (query.duplicates === "only" && entry.match === undefined) return false;
      if ((query.duplicates ?? "exclude") === "exclude" && entry.match !== undefined) return false;
      if (query.partner !== undefined && entry.partner !== query.partner) return false;
      if (query.source !== undefined && entry.source !== query.source) return false;
      if (query.tag !== undefined && !(entry.tags ?? []).includes(query.tag)) return false;
      if (query.author !== undefined && !(entry.authors ?? []).includes(query.author)) return false;
      if (query.language !== undefined && !languages(entry.language).includes(query.language.toLowerCase()))
        return false;
      if (query.publishedFrom !== undefined && listedAt < query.publishedFrom) return false;
      return query.publishedTo === undefined || listedAt < query.publishedTo;
    })
    .sort((a, b) => (a.timelineKey < b.timelineKey ? 1 : -1))
    .map(({ id }) => id);
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

const arbitraryEntries = fc
  .array(
    fc.record({
      ingested: hours,
      published: maybe(hours),
      partner,
      source: maybe(source),
      language: maybe(fc.constantFrom("de", "de-AT", "den", "en")),
      tags: maybe(fc.uniqueArray(word)),
      authors: maybe(fc.uniqueArray(word)),
      status: fc.constantFrom("live" as const, "live" as const, "retracted" as const),
      match: rarely(fc.constantFrom("url" as const, "content" as const)),
    }),
    { maxLength: 40, size: "max" },
  )
  .map((seeds) => seeds.map((seed, index) => makeEntry(index, seed)));

const arbitraryQuery: fc.Arbitrary<ListQuery> = fc.record({
  limit: fc.integer({ min: 1, max: 8 }),
  status: fc.constantFrom("live" as const, "live" as const, "live" as const, "retracted" as const),
  duplicates: fc.constantFrom(undefined, "exclude" as const, "include" as const, "include" as const, "only" as const),
  partner: rarely(partner),
  source: rarely(source),
  language: rarely(fc.constantFrom("de", "DE", "de-at", "en", "fr")),
  tag: rarely(word),
  author: rarely(word),
  publishedFrom: rarely(hours.map(at)),
  publishedTo: rarely(hours.map(at)),
});

describe("the pages of a list", () => {
  test("add up to the whole, filtered and in order, whatever is asked and however it is cut", () => {
    return fc.assert(
      fc.asyncProperty(
        arbitraryEntries,
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
        arbitraryEntries,
        arbitraryQuery,
        fc.array(hours, { maxLength: 20 }),
        async (entries, query, additions) => {
          const timeline = [...entries];
          const expected = filterAll(entries, query);
          const pages = await readAll(query, openTimeline(timeline).context, () => {
            const ingested = additions.pop();
            if (ingested !== undefined) timeline.push(makeEntry(1000 + additions.length, { ingested }));
          });
          const items = pages.flat();
          expect(new Set(items).size).toBe(items.length);
          const known = new Set(entries.map(({ id }) => id));
          expect(items.filter((id) => known.has(id))).toEqual(expected);
        },
      ),
    );
  });

  test("go over any number of days", async () => {
    const entries = Array.from({ length: 400 }, (_, index) => makeEntry(index, { ingested: index * 12 }));
    const pages = await readAll({ ...defaults, limit: 7 }, openTimeline(entries).context);
    expect(pages.flat()).toEqual(filterAll(entries, defaults));
    expect(new Set(entries.map(({ timelineKey }) => timelineKey.slice(0, 10))).size).toBe(200);
  });

  test("keep articles of one instant apart", async () => {
    const entries = Array.from({ length: 25 }, (_, index) => makeEntry(index, { ingested: 5 }));
    const pages = await readAll({ ...defaults, limit: 4 }, openTimeline(entries).context);
    expect(pages.flat()).toEqual(filterAll(entries, defaults));
  });

  test("an empty list is one empty page", async () => {
    expect(await readAll(defaults, openTimeline([]).context)).toEqual([[]]);
  });

  test("a stretch that is upside down is empty", async () => {
    const { context } = openTimeline([makeEntry(1, { ingested: 5 })]);
    expect(await readAll({ ...defaults, publishedFrom: at(6), publishedTo: at(4) }, context)).toEqual([[]]);
  });

  test("an item says nothing of its place in the index", async () => {
    const entry = makeEntry(1, { ingested: 1, title: "Hafen" });
    const { items } = await listArticles(defaults, undefined, openTimeline([entry]).context);
    const { timelineKey: _timelineKey, ...summary } = entry;
    expect(items).toEqual([summary]);
  });
});

describe("a filter that matches little", () => {
  // One in 300 has the tag.
  const entries = Array.from({ length: 2000 }, (_, index) =>
    makeEntry(index, { ingested: index / 20, tags: index % 300 === 0 ? ["rare"] : [] }),
  );

  test.each([
    ["over all days", {}],
    ["over one partner", { partner: "wire" }],
  ])("%s: a page looks at 500, comes short with a cursor, and all add up", async (_, filter) => {
    const query = { ...defaults, ...filter, tag: "rare" };
    const { context, countRead } = openTimeline(entries);
    const read: number[] = [];
    const pages = await readAll(query, context, () => read.push(countRead()));
    expect(pages.flat()).toEqual(filterAll(entries, query));
    expect(pages.length).toBe(4);
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(defaults.limit);
    expect(Math.max(...read)).toBeLessThanOrEqual(500 + 2 * (defaults.limit + 1));
  });

  test("that matches nothing gives empty pages to the end", async () => {
    const pages = await readAll({ ...defaults, tag: "none" }, openTimeline(entries).context);
    expect(pages).toEqual([[], [], [], []]);
  });

  test("a full page reads no further than the next match", async () => {
    const { context, countRead } = openTimeline(entries);
    await listArticles({ ...defaults, limit: 3 }, undefined, context);
    // A page of the day and one entry more; DynamoDB is asked by the limit, not by the cap.
    expect(countRead()).toBeLessThanOrEqual(8);
  });
});

describe("the filter that narrows most is answered from its own index", () => {
  const seen: string[] = [];
  const { context } = openTimeline([]);
  const watched: ListContext = {
    ...context,
    timeline: {
      async queryEntries({ index, partition }) {
        seen.push(`${index} ${partition}`);
        return { entries: [], hasMore: false };
      },
      async queryDays({ from, before }) {
        seen.push(`days ${from}..${before}`);
        return { days: ["2026-11-23"], hasMore: false };
      },
    },
  };

  test.each([
    [{}, ["days ..~~", "byDay 2026-11-23"]],
    [{ partner: "wire" }, ["byPartner wire"]],
    [{ source: "a.example" }, ["bySource a.example"]],
    [{ source: "a.example", partner: "wire", tag: "x" }, ["bySource a.example"]],
    [{ tag: "x", language: "de" }, ["days ..~~", "byDay 2026-11-23"]],
    [
      { publishedFrom: "2026-11-01T08:00:00.000Z", publishedTo: "2026-11-24T00:00:00.000Z" },
      ["days 2026-11-01..2026-11-24~", "byDay 2026-11-23"],
    ],
  ])("%j", async (filter, expected) => {
    seen.length = 0;
    await listArticles({ ...defaults, ...filter }, undefined, watched);
    expect(seen).toEqual(expected);
  });
});

describe("a cluster", () => {
  const id = (number: number) => number.toString(16).padStart(32, "0");
  const clusterId = id(1);

  function makeRecord(
    number: number,
    given: { clusterId?: string; duplicate?: boolean; tags?: string[] } = {},
  ): ArticleRecord {
    const { duplicate = true, tags } = given;
    const { timelineKey, ...entry } = makeEntry(number, { ingested: number });
    return {
      ...entry,
      status: "live",
      timelineKey,
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
