import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readArticleItem, readListedItem, toArticleItem } from "../../../shared/stores/article-item.ts";
import type { ArticleRecord, LiveArticle } from "../../../shared/stores/article-record.ts";
import { makeTimeKey, type TimelineIndex, timelineIndexes } from "../../../shared/stores/table-keys.ts";
import { sizeOfItem } from "../../support/item-size.ts";

const id = "a22f0f1901d6473c094c610fbe913f06";
const arrival = "2026-11-23T06:31:12.345Z";

/** As they come: the address is in the feed, the author has a name, the desk gives two keywords. */
const typical: LiveArticle = {
  id,
  partner: "nordwijk-gazette",
  partnerArticleId: "gazette-4711",
  status: "live",
  outcome: "created",
  revision: 1,
  version: 1,
  ingestedAt: arrival,
  modifiedAt: arrival,
  timelineKey: makeTimeKey("2026-11-23T06:00:00.000Z", id),
  clusterId: id,
  source: "gazette.example",
  url: "https://www.gazette.example/2026/11/harbour-opens-again",
  title: "Nordwijk's harbour opens again after three years",
  language: "en",
  authors: ["Ilse Brandt"],
  tags: ["harbour", "economy"],
  publishedAt: "2026-11-23T06:00:00.000Z",
  contentHash: "0".repeat(64),
  metadataDigest: "0".repeat(32),
  raw: { sha256: "0".repeat(64), bytes: 12_345, contentType: "text/html; charset=utf-8", charset: "utf-8" },
  sanitation: { removed: [{ what: "<script>", rule: "element-dropped", count: 1 }] },
  warnings: [],
};

const marshalled = (article: ArticleRecord, shards = { byDay: 1, byArrival: 1 }) =>
  marshall(toArticleItem(article, shards), { removeUndefinedValues: true });

/** The item as an index carries it. */
function project(article: ArticleRecord, index: TimelineIndex) {
  const { partitionKey, sortKey, carried: named } = timelineIndexes[index];
  const carried = new Set<string>(["pk", "sk", partitionKey, sortKey, ...named]);
  return Object.fromEntries(Object.entries(marshalled(article)).filter(([name]) => carried.has(name)));
}

const instants = fc.constantFrom(arrival, "2026-11-22T23:59:59.999Z", "2026-11-23T06:00:00.000Z");
const arbitraryArticle = fc
  .record({
    publishedAt: fc.option(fc.oneof(instants, fc.constant("2031-01-01T00:00:00.000Z")), { nil: undefined }),
    ingestedAt: instants,
    ownCluster: fc.boolean(),
    isCopy: fc.boolean(),
    source: fc.option(fc.constant("gazette.example"), { nil: undefined }),
  })
  .map(({ publishedAt, ingestedAt, ownCluster, isCopy, source }): LiveArticle => {
    const listedAt = publishedAt !== undefined && publishedAt < ingestedAt ? publishedAt : ingestedAt;
    const joinedAt = ingestedAt;
    return {
      ...typical,
      ingestedAt,
      publishedAt,
      source,
      timelineKey: makeTimeKey(listedAt, id),
      clusterId: ownCluster ? id : `${id}-2`,
      ...(isCopy && { duplicate: { originalId: "f".repeat(32), match: "near", similarity: 0.9, joinedAt } }),
    };
  });

describe("an article and its item", () => {
  test("what was left out comes back", () => {
    fc.assert(
      fc.property(arbitraryArticle, (article) => {
        expect(readArticleItem(unmarshall(marshalled(article)))).toEqual(article);
      }),
    );
  });

  test("every index gives back the entry of the list", () => {
    fc.assert(
      fc.property(
        arbitraryArticle,
        fc.constantFrom<TimelineIndex>("byDay", "byArrival", "byPartner", "bySource"),
        (article, index) => {
          fc.pre(index !== "bySource" || article.source !== undefined);
          const { entry, position } = readListedItem(unmarshall(project(article, index)), index);
          const { publishedAt, ingestedAt, clusterId, source, timelineKey, duplicate } = article;
          expect({ ...entry }).toMatchObject({ id, status: "live", ingestedAt, clusterId, title: article.title });
          expect(entry).toHaveProperty("publishedAt", publishedAt);
          expect([entry.source, entry.match]).toEqual([source, duplicate?.match]);
          expect(position).toBe(index === "byArrival" ? makeTimeKey(ingestedAt, id) : timelineKey);
        },
      ),
    );
  });

  test("a tombstone stays one, without the date that its place is made from", () => {
    const { partner, partnerArticleId, revision, ingestedAt, timelineKey, clusterId } = typical;
    const tombstone: ArticleRecord = {
      ...{ id, partner, partnerArticleId, revision, ingestedAt, timelineKey, clusterId },
      ...{ status: "retracted", version: 2, modifiedAt: arrival },
    };
    expect(readArticleItem(unmarshall(marshalled(tombstone)))).toEqual(tombstone);
    const { entry } = readListedItem(unmarshall(project(tombstone, "byDay")), "byDay");
    expect(entry).toMatchObject({ status: "retracted", ingestedAt });
    expect(entry.publishedAt).toBeUndefined();
  });

  test.each([
    [{ byDay: 1, byArrival: 1 }, "o#2026-11-23#0", "o#2026-11-23#0"],
    [{ byDay: 4, byArrival: 1 }, "o#2026-11-23#2", "o#2026-11-23#0"],
    [{ byDay: 32, byArrival: 7 }, "o#2026-11-23#6", "o#2026-11-23#2"],
  ])("over %j shards", (shards, byDay, byArrival) => {
    expect(toArticleItem(typical, shards)).toMatchObject({ byDay, byArrival });
  });
});

describe("units", () => {
  test.each<TimelineIndex>(["byDay", "byArrival", "bySource", "byPartner"])("a page of %s costs one", (index) => {
    // Twenty, and one more that tells whether there is a next page; half a unit reads 4 KB.
    const bytes = 21 * sizeOfItem(project(typical, index));
    process.stdout.write(`${index}: ${bytes / 21} bytes an entry\n`);
    expect(bytes).toBeLessThanOrEqual(8192);
  });

  test("a new article costs two: its item has less than a kilobyte", () => {
    const bytes = sizeOfItem(marshalled(typical));
    process.stdout.write(`the item: ${bytes} bytes\n`);
    expect(bytes).toBeLessThanOrEqual(1024);
  });
});
