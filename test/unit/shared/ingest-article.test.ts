import { beforeEach, describe, expect, test } from "vitest";
import type { SubmissionMetadata } from "../../../shared/api/submission.ts";
import type { SubmissionResult } from "../../../shared/api/submission-result.ts";
import { makeClusterId } from "../../../shared/article/article-id.ts";
import { fingerprintArticle } from "../../../shared/article/near/fingerprint-article.ts";
import { maxSketchesPerKey, writtenCandidateKeys } from "../../../shared/article/near/key-limits.ts";
import {
  describeDuplicateOf,
  digestReading,
  type IncomingSubmission,
  type IngestContext,
  ingestArticle,
  leaveSketch,
} from "../../../shared/ingest-article.ts";
import { retractArticle } from "../../../shared/retract-article.ts";
import type { LiveArticle } from "../../../shared/stores/article-record.ts";
import type { ArticleWrite, SnapshotKeys } from "../../../shared/stores/article-writes.ts";
import { uniqueText } from "../../fixtures/articles.ts";
import { story } from "../../fixtures/story.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { type MemoryStores, openMemoryStores } from "../../support/memory-stores.ts";

let stores: MemoryStores;
let context: IngestContext;
/** On the same stores, for what is only there to be met. */
let quiet: IngestContext;
/** What was asked of the stores, in order; of transactions, what they wrote. */
let calls: string[];
let commits: (readonly ArticleWrite[])[];
let reads: SnapshotKeys[];
/** Somebody else's work between our reading and our first commit. */
let rival: (() => Promise<unknown>) | undefined;

beforeEach(() => {
  stores = openMemoryStores();
  quiet = makeIngestContext(stores);
  calls = [];
  commits = [];
  reads = [];
  rival = undefined;
  const { table, raw } = stores;
  context = makeIngestContext(stores, {
    articles: {
      async readSnapshot(keys) {
        calls.push("read");
        reads.push(keys);
        return table.readSnapshot(keys);
      },
      async readCandidates(ids) {
        calls.push("compare");
        return table.readCandidates(ids);
      },
      getOldestMember: table.getOldestMember,
      async commit(writes) {
        const others = rival;
        rival = undefined;
        await others?.();
        calls.push("commit");
        commits.push(writes);
        return table.commit(writes);
      },
    },
    raw: {
      ...raw,
      async putRaw(...object) {
        calls.push("put");
        await raw.putRaw(...object);
      },
    },
    pause: async () => void calls.push("pause"),
  });
});

const text = uniqueText("ingest");
const retold = [
  ...story.lines.slice(0, 3),
  "Passengers of the ferry to the islands waited for hours while Oskar Lindqvist and Maria Okafor talked.",
  "Nobody in the town hall wanted to say who pays for the damage to the old lighthouse.",
  "Schools along the coast stay closed until the buses run again, the council wrote to parents.",
  "Ilse Brandt will visit Harbor City on 21 March to see the 47 ships and the 1,250 workers.",
].join("\n");
const report = story.lines.join("\n");

function submit(
  partner: string,
  content: string,
  options: Partial<IncomingSubmission> & { metadata?: SubmissionMetadata; form?: "html" | "text" } = {},
  into = context,
): Promise<{ result: SubmissionResult; etag: string }> {
  const { form = "text", ...others } = options;
  const bytes = Buffer.from(content);
  const document = { form, content, bytes, contentType: `text/${form}`, charset: "utf-8", warnings: [] };
  const address = { partnerArticleId: "1" };
  return ingestArticle({ partner, address, metadata: {}, document, validateOnly: false, ...others }, into);
}

const quietly = (partner: string, content: string, options: Parameters<typeof submit>[2] = {}) =>
  submit(partner, content, options, quiet);

const stored = (id: string) => stores.articles.get(id) as LiveArticle;
const kinds = (writes: readonly ArticleWrite[] | undefined) => writes?.map(({ kind }) => kind);
const written = (kind: ArticleWrite["kind"]) => (commits.at(-1) ?? []).filter((write) => write.kind === kind);

describe("the requests of a submission", () => {
  test("a new article: a read, the bytes, a transaction", async () => {
    await submit("agency", text);
    expect(calls).toEqual(["read", "put", "commit"]);
    const keys = Array(writtenCandidateKeys).fill("candidate");
    expect(kinds(commits[0])).toEqual(["article", "claim", "sketch", ...keys, "day"]);
  });

  test("a repeat: a read", async () => {
    const first = await quietly("agency", text);
    const again = await submit("agency", text);
    expect(again).toEqual({ result: { ...first.result, outcome: "unchanged" }, etag: first.etag });
    expect(calls).toEqual(["read"]);
  });

  test("other metadata on the same bytes: a read and a transaction that leaves text, sketch and days alone", async () => {
    const metadata = { url: "https://wire.example/1" };
    await quietly("agency", text, { metadata });
    const { result } = await submit("agency", text, { metadata: { ...metadata, tags: ["Haushalt"] } });
    expect(result).toMatchObject({ outcome: "updated", revision: 2 });
    expect(calls).toEqual(["read", "commit"]);
    expect(kinds(commits[0])).toEqual(["article", "revision"]);
  });

  test("a copy: its claims are those of the first, and it leaves nothing to be found by", async () => {
    await quietly("agency", text, { metadata: { url: "https://wire.example/1" } });
    await submit("gazette", text, { metadata: { url: "https://wire.example/1" } });
    expect(calls).toEqual(["read", "put", "commit"]);
    expect(kinds(commits[0])).toEqual(["article", "join", "day"]);
  });

  test("an unknown text that has keys in common: one read more, to compare", async () => {
    await quietly("agency", report);
    await submit("gazette", retold);
    expect(calls).toEqual(["read", "compare", "put", "commit"]);
  });

  test("a text that lost its race: a pause, and the bytes are not sent again", async () => {
    rival = () => quietly("gazette", text);
    const { result } = await submit("agency", text);
    expect(result.outcome).toBe("duplicate");
    expect(calls).toEqual(["read", "put", "commit", "pause", "read", "commit"]);
  });

  test("an original that leaves: its cluster is read first, without a pause", async () => {
    await quietly("agency", text);
    await quietly("gazette", uniqueText("elsewhere"));
    await submit("agency", uniqueText("elsewhere"));
    expect(calls).toEqual(["read", "read", "put", "commit"]);
    expect(kinds(commits[0])).toEqual(["article", "revision", "cluster", "join", "day"]);
  });

  test("another text: one read more, to compare it with the cluster that it may leave", async () => {
    await quietly("agency", text);
    await submit("agency", report);
    expect(calls).toEqual(["read", "compare", "put", "commit"]);
  });

  test("a text that comes back from retraction: its former cluster is read, without a pause", async () => {
    await quietly("agency", text);
    const ifMatch = await retractArticle({ partner: "agency", address: { partnerArticleId: "1" } }, quiet);
    const { result } = await submit("agency", text, { ifMatch });
    expect(result.clusterId).toBe(result.id);
    expect(calls).toEqual(["read", "read", "put", "commit"]);
  });

  test("a picture without a text: no keys are read", async () => {
    await submit("agency", '<img src="https://img.example/1.jpg">', { form: "html" });
    expect(reads.map(({ candidateKeys }) => candidateKeys)).toEqual([[]]);
  });
});

describe("a dry run", () => {
  test("tells what would be, and stores nothing", async () => {
    const { result } = await submit("agency", text, { validateOnly: true });
    expect(result.outcome).toBe("created");
    expect(calls).toEqual(["read"]);
    expect(stores.articles.size).toBe(0);
  });

  test("looks at the cluster before it names an original", async () => {
    const original = await quietly("agency", text);
    const heir = await quietly("gazette", text);
    await quietly("courier", text);
    await retractArticle({ partner: "agency", address: { partnerArticleId: "1" } }, quiet);
    const { result } = await submit("herald", text, { validateOnly: true });
    expect(result.duplicateOf).toMatchObject({ id: heir.result.id, through: original.result.id });
    expect(calls).toEqual(["read", "read"]);
  });
});

describe("the place of an article in the lists", () => {
  const places: [name: string, publishedAt: string | undefined, place: string][] = [
    ["without a date, when it arrived", undefined, "2026-11-23T00:00"],
    ["when it was published", "2026-11-20T10:00:00.000Z", "2026-11-20T10:00"],
    ["when it arrived, if its date lies ahead", "2062-01-01T00:00:00.000Z", "2026-11-23T00:00"],
  ];
  test.each(places)("%s", async (_name, publishedAt, place) => {
    const { result } = await submit("agency", text, { metadata: publishedAt === undefined ? {} : { publishedAt } });
    const { timelineKey } = stored(result.id);
    expect(timelineKey.slice(0, place.length)).toBe(place);
    expect(timelineKey.endsWith(`#${result.id.slice(0, 12)}`)).toBe(true);
  });

  test("a day that is open is not opened again, and each of its lists once", async () => {
    await quietly("agency", text);
    await submit("gazette", uniqueText("the same day"));
    expect(written("day")).toEqual([]);
    await submit("courier", text);
    expect(written("day")).toEqual([{ kind: "day", day: "2026-11-23", lists: ["byDay#d", "byArrival#d"], shards: 1 }]);
  });
});

describe("what is like others", () => {
  test("the same story in other words: it counts for itself, and the cluster learns of it", async () => {
    const { result: original } = await quietly("agency", report, { metadata: { title: story.title } });
    const { result } = await submit("gazette", retold, { metadata: { title: story.title } });
    expect(result.outcome).toBe("created");
    expect(result.relatedTo).toMatchObject({ clusterId: original.clusterId, similarity: expect.any(Number) });
    expect(result.relatedTo?.evidence).toMatchObject({ objection: "little-text-in-common" });
    const { modifiedAt } = stored(result.id);
    expect(written("related")).toEqual([
      { kind: "related", clusterId: original.clusterId, articleId: result.id, relatedAt: modifiedAt },
    ]);
  });

  test("a revision that tells its own story in other words is not related to itself", async () => {
    await quietly("agency", report, { metadata: { title: story.title } });
    const { result } = await submit("agency", retold, { metadata: { title: story.title } });
    expect(result).toMatchObject({ outcome: "updated" });
    expect(result.relatedTo).toBeUndefined();
    expect(written("related")).toEqual([]);
  });

  test.each([
    ["the same", retold, { match: "content", similarity: 1 }],
    ["a similar", `${retold}\nFoto: Archiv`, { match: "near" }],
  ])("a copy of one story that retells another is a copy only, with %s text", async (_name, copy, duplicateOf) => {
    await quietly("agency", report, { metadata: { title: story.title } });
    await quietly("courier", retold, { metadata: { title: story.title } });
    const { result } = await submit("gazette", copy, { metadata: { title: story.title } });
    expect(result.duplicateOf).toMatchObject(duplicateOf);
    expect(result.relatedTo).toBeUndefined();
    expect(written("related")).toEqual([]);
  });

  test("the same URL: how alike the texts are is told, and no sketch is left", async () => {
    const metadata = { url: "https://wire.example/1", title: story.title };
    const { result: original } = await quietly("agency", report, { metadata });
    const { result } = await submit("gazette", retold, { metadata });
    expect(result.duplicateOf).toMatchObject({ id: original.id, match: "url" });
    expect(result.duplicateOf?.similarity).toBeGreaterThan(0.2);
    expect(result.duplicateOf?.similarity).toBeLessThan(1);
    expect(stored(result.id).duplicate).not.toHaveProperty("hasSketch");
    expect(written("sketch")).toEqual([]);
  });

  test("the same URL with nothing in common: that is told, too", async () => {
    const metadata = { url: "https://wire.example/1" };
    await quietly("agency", text, { metadata });
    const { result } = await submit("gazette", report, { metadata });
    expect(result.duplicateOf).toMatchObject({ match: "url", similarity: 0 });
  });

  test("the same URL, and more text: it is found by what the original has", async () => {
    const metadata = { url: "https://wire.example/1", title: story.title };
    await quietly("agency", story.lines.slice(0, 3).join("\n"), { metadata });
    const { result } = await submit("gazette", report, { metadata });
    expect(result.duplicateOf?.match).toBe("url");
    expect(stored(result.id).duplicate).not.toHaveProperty("hasSketch");
    expect(written("sketch")).toEqual([]);
  });

  test("an original whose text becomes another story leaves its cluster to its copies", async () => {
    const { result: first } = await quietly("agency", text);
    expect(first.clusterId).toBe(makeClusterId(first.id, 1));
    const { result: heir } = await quietly("gazette", text);
    const { result } = await submit("agency", report);
    expect(result.clusterId).toBe(makeClusterId(first.id, 2));
    expect(stored(heir.id)).toMatchObject({ clusterId: first.clusterId });
    expect(stored(heir.id).duplicate).toBeUndefined();
  });

  test("who comes by the former URL of an original is taken in, though a copy came and went while that moved", async () => {
    const metadata = { url: "https://wire.example/1" };
    const { result: first } = await quietly("agency", text, { metadata });
    await quietly("gazette", text);
    await quietly("gazette", report);
    const { articles } = context;
    const withVisitor: IngestContext["articles"] = {
      ...articles,
      async readCandidates(ids) {
        const { sketches, clusters } = await articles.readCandidates(ids);
        return { sketches, clusters: new Map([...clusters].map(([id, cluster]) => [id, { ...cluster, members: 1 }])) };
      },
    };
    const moved = { metadata: { url: "https://wire.example/2" } };
    const { result } = await submit("agency", uniqueText("moved"), moved, { ...context, articles: withVisitor });
    expect(result.clusterId).toBe(makeClusterId(first.id, 2));
    const { result: newcomer } = await submit("courier", uniqueText("newcomer"), { metadata });
    expect(newcomer).toMatchObject({ outcome: "created", clusterId: first.clusterId });
  });

  test("an original's own text is no copy of itself, and its sketch is written anew with its text", async () => {
    await quietly("agency", report, { metadata: { title: story.title } });
    const { result } = await submit("agency", `${report}\nFoto: Archiv`, { metadata: { title: story.title } });
    expect(result.duplicateOf).toBeUndefined();
    // The keys that lead to it already are not written again.
    expect(written("sketch")).toHaveLength(1);
    expect(written("candidate").length).toBeLessThan(7);
  });

  test("a copy that stays a copy keeps the time when it joined", async () => {
    await quietly("agency", report, { metadata: { title: story.title } });
    const { result } = await quietly("gazette", report, { metadata: { title: story.title } });
    const { joinedAt } = stored(result.id).duplicate ?? {};
    await submit("gazette", `${report}\nFoto: Archiv`, { metadata: { title: story.title } });
    expect(stored(result.id).duplicate).toMatchObject({ match: "near", joinedAt });
    expect(kinds(commits[0])).toEqual(["article", "revision", "member", "claim"]);
  });

  test("a copy that becomes one of another story joins that", async () => {
    await quietly("agency", text);
    await quietly("courier", report);
    await quietly("gazette", text);
    const { result } = await submit("gazette", report);
    expect(stored(result.id).duplicate?.joinedAt).toBe(stored(result.id).modifiedAt);
  });

  test("a picture that gets the URL of another article is a copy by that, as any", async () => {
    const picture = { form: "html", metadata: { url: "https://wire.example/1" } } as const;
    await quietly("agency", '<img src="https://img.example/1.jpg">', picture);
    const image = '<img src="https://img.example/2.jpg">';
    await quietly("gazette", image, { form: "html" });
    const { result } = await submit("gazette", image, picture);
    const { modifiedAt, duplicate } = stored(result.id);
    expect(duplicate).toMatchObject({ match: "url", joinedAt: modifiedAt });
  });

  test("a copy names the other copy whose text it has, but neither the original nor itself", async () => {
    const { result: original } = await quietly("agency", report);
    const { result: copy } = await quietly("gazette", `${report}\nFoto: Archiv`);
    expect(stored(copy.id).duplicate).not.toHaveProperty("through");
    const ifMatch = await retractArticle({ partner: "gazette", address: { partnerArticleId: "1" } }, quiet);
    const { result } = await submit("gazette", `${report}\nFoto: Archiv`, { ifMatch });
    expect(result.duplicateOf).toMatchObject({ id: original.id, match: "content" });
    expect(stored(copy.id).duplicate).not.toHaveProperty("through");
  });

  test.each([
    ["the other copy", "b", "b"],
    ["nobody, where that is the original by now", "a", undefined],
  ])("names %s", (_name, through, told) => {
    const duplicate = { originalId: "o", match: "content", through, similarity: 1, joinedAt: "2026" } as const;
    expect(describeDuplicateOf(duplicate, "a")).toEqual({ id: "a", match: "content", through: told, similarity: 1 });
  });

  test("what can be found by is for so many days", async () => {
    const { result } = await submit("agency", text);
    const at = new Date(stores.sketches.get(result.clusterId)?.sketchedAt ?? "").getTime() / 1000;
    const { expiresAt = 0 } = stores.sketches.get(result.clusterId) ?? {};
    expect(Math.round((expiresAt - at) / 86_400)).toBe(90);
    expect([...stores.candidateKeys.values()].every((key) => key.expiresAt === expiresAt)).toBe(true);
  });
});

describe("the keys that lead to a sketch", () => {
  const now = new Date("2026-11-23T00:00:00.000Z");
  const later = now.getTime() / 1000 + 86_400;
  const near = fingerprintArticle({ lines: story.lines });
  const left = { near, sketchId: "me", originalId: "me", sketchedAt: now.toISOString(), expiresAt: later };
  const others = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

  test.each<[name: string, sketchIds: string[], expiresAt: number, written: string[] | undefined, behind: number]>([
    ["has others", others(maxSketchesPerKey - 1), later, [...others(maxSketchesPerKey - 1), "me"], 6],
    ["is full", others(maxSketchesPerKey), later, undefined, 7],
    ["leads there already", ["me"], later, undefined, 6],
    ["leads there already and is full", [...others(maxSketchesPerKey - 1), "me"], later, undefined, 6],
    ["has expired", others(maxSketchesPerKey), now.getTime() / 1000, ["me"], 6],
    ["lasts longer", ["c0"], later + 1, ["c0", "me"], 6],
  ])("are the others, and the first unless it does not help: it %s", (_name, sketchIds, expiresAt, written, behind) => {
    const [first = "", ...rest] = near.candidateKeys;
    const expected = { sketchIds, expiresAt };
    const [, ...writes] = leaveSketch(left, { candidateKeys: new Map([[first, expected]]) }, now);
    const keys = rest
      .slice(0, behind)
      .map((hash) => ({ kind: "candidate", hash, key: { sketchIds: ["me"], expiresAt: later } }));
    const key = { sketchIds: written, expiresAt: Math.max(expiresAt, later) };
    expect(writes).toEqual([...(written ? [{ kind: "candidate", hash: first, key, expected }] : []), ...keys]);
  });
});

describe("claims", () => {
  test("a former text leads to the cluster that took its own along, and is not claimed again", async () => {
    await quietly("gazette", report);
    await quietly("agency", text);
    const { result: moved } = await quietly("agency", report);
    const { result } = await submit("agency", text);
    expect(result.clusterId).toBe(moved.clusterId);
    expect(written("claim")).toEqual([]);
  });

  test("the article's own URL follows it to another cluster, its former text does not", async () => {
    const metadata = { url: "https://wire.example/1" };
    await quietly("agency", uniqueText("first"), { metadata });
    const { result: other } = await quietly("gazette", uniqueText("second"));
    const { result } = await submit("agency", uniqueText("second"), { metadata });
    expect(result).toMatchObject({ clusterId: other.clusterId, duplicateOf: { id: other.id } });
    const claim = { clusterId: other.clusterId, articleId: result.id, originalId: other.id };
    expect(written("claim")).toMatchObject([{ claimKind: "url", claim, expectedArticleId: result.id }]);
  });

  test("an article without a text claims its URL alone", async () => {
    const image = '<img src="https://img.example/1.jpg">';
    const { result } = await submit("agency", image, { form: "html", metadata: { url: "https://wire.example/2" } });
    expect(result.outcome).toBe("created");
    expect(written("claim")).toMatchObject([{ claimKind: "url" }]);
    expect(kinds(commits[0])).toEqual(["article", "claim", "day"]);
    expect(stored(result.id).contentHash).toBeUndefined();
  });
});

describe("addresses and conditions", () => {
  test("without an ID, the URL identifies an article, and without that, its text", async () => {
    const byUrl = { address: undefined, metadata: { url: "https://wire.example/3" } };
    const { result: first } = await submit("agency", text, byUrl);
    expect((await submit("agency", uniqueText("corrected"), byUrl)).result).toMatchObject({
      id: first.id,
      revision: 2,
    });
    const { result: second } = await submit("agency", uniqueText("loose"), { address: undefined });
    expect(second.id).not.toBe(first.id);
    expect((await submit("agency", uniqueText("loose"), { address: undefined })).result.outcome).toBe("unchanged");
  });

  test("our ID addresses one's own article, and nobody else's", async () => {
    const { result } = await submit("agency", text, { address: undefined });
    const address = { articleId: result.id };
    expect((await submit("agency", uniqueText("again"), { address })).result).toMatchObject({
      id: result.id,
      revision: 2,
    });
    await expect(submit("gazette", text, { address })).rejects.toMatchObject({ kind: "not-found" });
    await submit("agency", text, { address });
    await expect(submit("gazette", text, { address }), "with the same bytes").rejects.toMatchObject({
      kind: "not-found",
    });
    const nobodys = { articleId: "0".repeat(32) };
    await expect(submit("agency", text, { address: nobodys })).rejects.toMatchObject({ kind: "not-found" });
  });

  test("what was retracted comes back only for who names the tombstone", async () => {
    await quietly("agency", text);
    await retractArticle({ partner: "agency", address: { partnerArticleId: "1" } }, quiet);
    await expect(submit("agency", text)).rejects.toMatchObject({ kind: "retracted", headers: { ETag: '"v2"' } });
    const { result, etag } = await submit("agency", text, { ifMatch: '"v2"' });
    expect([result.outcome, result.revision, etag]).toEqual(["updated", 2, '"v3"']);
  });
});

test("what is told of a document is stored with it", async () => {
  const html = "<script>x()</script><p onclick=x()>Kurz.</p>";
  const found = { code: "decoded", detail: "As windows-1252." };
  const bytes = Buffer.from(html);
  const document = { form: "html", content: html, bytes, contentType: "text/html", charset: "utf-8" } as const;
  const { result } = await submit("agency", "", { document: { ...document, warnings: [found] } });
  expect(result.sanitation.removed).not.toEqual([]);
  expect(result.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(["decoded", "very-short"]));
  expect(stored(result.id)).toMatchObject({ sanitation: result.sanitation, warnings: result.warnings });
  expect(stored(result.id).metadataDigest).toHaveLength(32);
  expect(stored(result.id).documentWarnings).toBe(1);
});

test("of what the partner gave, the names are stored; of a document without warnings, no number of them", async () => {
  const { result } = await submit("agency", text, { metadata: { title: "Haushalt", url: undefined, tags: [] } });
  expect(stored(result.id).given).toEqual(["title", "tags"]);
  expect(stored(result.id)).not.toHaveProperty("documentWarnings");
});

test("the digest of a reading tells whether HTML or text is another", () => {
  const readings = [
    { html: "<p>a</p>", text: "a" },
    { html: "<p>b</p>", text: "a" },
    { html: "<p>a</p>", text: "b" },
  ];
  const digests = readings.map(digestReading);
  expect(new Set(digests).size).toBe(3);
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{16}$/);
});

test("dates and lines are looked at with the pipeline's clock, and the partner's profile learns the lines", async () => {
  const learned: unknown[] = [];
  const profiles = { ...context.profiles, learn: async (...lesson: unknown[]) => void learned.push(lesson) };
  const html = `<meta property="article:published_time" content="2062-12-24T00:00:00Z"><p>${text}</p>`;
  const { result } = await submit("agency", html, { form: "html" }, { ...context, profiles });
  expect(result.warnings.map(({ code }) => code)).toContain("date-in-future");
  expect(learned).toEqual([["agency", { id: result.clusterId, lines: [text] }]]);
});
