import { expect, test } from "vitest";
import { decideMatch } from "../../../shared/article/near/decide-match.ts";
import { encodeSketch } from "../../../shared/article/near/encode-sketch.ts";
import { fingerprintArticle } from "../../../shared/article/near/fingerprint-article.ts";
import { compareWithCandidates, isExpired } from "../../../shared/compare-with-candidates.ts";
import type { CandidateKey, Cluster, ClusterSketch } from "../../../shared/stores/article-record.ts";
import { readSketchId } from "../../../shared/stores/table-keys.ts";
import { story } from "../../fixtures/story.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const nowSeconds = now.getTime() / 1000;
const fingerprint = (lines: readonly string[]) =>
  fingerprintArticle({ lines, title: story.title, publishedAt: story.publishedAt });

const near = fingerprint(story.lines);
const texts = {
  same: story.lines,
  teaser: story.lines.slice(0, 3),
  retold: [
    ...story.lines.slice(0, 3),
    "Passengers of the ferry to the islands waited for hours while Oskar Lindqvist and Maria Okafor talked.",
    "Nobody in the town hall wanted to say who pays for the damage to the old lighthouse.",
    "Schools along the coast stay closed until the buses run again, the council wrote to parents.",
    "Ilse Brandt will visit Harbor City on 21 March to see the 47 ships and the 1,250 workers.",
  ],
  other: ["The zoo of Nordwijk has a new rhinoceros from Basel, and children may give it a name by the end of May."],
};
const sketchOf = (text: keyof typeof texts, changes: Partial<ClusterSketch> = {}): ClusterSketch => ({
  sketch: encodeSketch(fingerprint(texts[text]).sketch),
  originalId: "o",
  sketchedAt: "2026-11-23T10:00:00.000Z",
  expiresAt: nowSeconds + 1,
  ...changes,
});

/** Compares the story with what its keys lead to, and tells what was asked for. */
async function compare(world: {
  readonly sketches?: Readonly<Record<string, ClusterSketch>>;
  /** Sketches by the number of the story's key that they stand under. */
  readonly keys?: readonly (readonly string[])[];
  readonly keysExpireAt?: number;
  readonly also?: readonly string[];
  readonly own?: string;
  readonly clusters?: Readonly<Record<string, Cluster>>;
}) {
  const { sketches = {}, keys = [Object.keys(sketches)], keysExpireAt = nowSeconds + 1 } = world;
  const asked: string[][] = [];
  const candidateKeys = new Map(
    keys.map((sketchIds, index): [string, CandidateKey] => [
      near.candidateKeys[index] ?? "",
      { sketchIds: [...sketchIds], expiresAt: keysExpireAt },
    ]),
  );
  const result = await compareWithCandidates(near, {
    snapshot: { articles: new Map(), claims: new Map(), clusters: new Map(), candidateKeys, days: new Map() },
    alsoClusterIds: world.also ?? [],
    ownSketchId: world.own,
    now,
    articles: {
      async readCandidates(ids) {
        asked.push([...ids]);
        const found = Object.entries(sketches).filter(([id]) => ids.includes(id));
        const clusterIds = new Set(ids.map((id) => readSketchId(id).clusterId));
        const clusters = Object.entries(world.clusters ?? {}).filter(([id]) => clusterIds.has(id));
        return { sketches: new Map(found), clusters: new Map(clusters) };
      },
    },
  });
  return { ...result, asked };
}

test("where nothing is like it, nothing is asked", async () => {
  expect(await compare({})).toStrictEqual({ compared: [], relatedTo: undefined, clusters: new Map(), asked: [] });
});

test("what shares the most keys is asked first, then by its name, and no more than sixteen", async () => {
  const many = Array.from({ length: 20 }, (_, n) => `c${String(n).padStart(2, "0")}`);
  const { asked } = await compare({
    keys: [[...many.slice(10), ...many.slice(0, 10).reverse()], ["c19", "c17"], ["c17", "c19"], ["c17"]],
  });
  expect(asked).toEqual([["c17", "c19", ...many.slice(0, 14)]]);
});

test("what is to be compared for another reason is asked before that, once", async () => {
  const { asked } = await compare({ keys: [["a", "b"]], also: ["b", "u"] });
  expect(asked).toEqual([["b", "u", "a"]]);
});

test("an article is not compared with the sketch of its own", async () => {
  const sketches = { "a/me": sketchOf("same"), b: sketchOf("same") };
  const { asked, compared } = await compare({ sketches, own: "a/me" });
  expect(asked).toEqual([["b"]]);
  expect(compared.map(({ clusterId }) => clusterId)).toEqual(["b"]);
});

test("what has expired is passed over, whether DynamoDB has deleted it or not", async () => {
  expect((await compare({ sketches: { a: sketchOf("same") }, keysExpireAt: nowSeconds })).asked).toEqual([]);
  const { compared } = await compare({ sketches: { a: sketchOf("same", { expiresAt: nowSeconds }) } });
  expect(compared).toEqual([]);
  expect([nowSeconds - 1, nowSeconds, nowSeconds + 1].map((at) => isExpired(at, now))).toEqual([true, true, false]);
});

test("a sketch that cannot be read is passed over", async () => {
  const sketches = { a: sketchOf("same", { sketch: Uint8Array.of(255, 1) }), b: sketchOf("same") };
  expect((await compare({ sketches })).compared.map(({ clusterId }) => clusterId)).toEqual(["b"]);
});

test("the best match comes first; a copy that was compared with is named, and only an original is extended", async () => {
  const sketches = { x: sketchOf("other"), t: sketchOf("teaser"), r: sketchOf("retold"), "s/copy": sketchOf("same") };
  const { compared } = await compare({ sketches });
  expect(
    compared.map(({ clusterId, articleId, extendsOriginal, comparison }) => [
      clusterId,
      articleId,
      comparison.verdict,
      extendsOriginal,
    ]),
  ).toEqual([
    ["s", "copy", "duplicate", false],
    ["t", "o", "duplicate", true],
    ["r", "o", "related", false],
    ["x", "o", "new", false],
  ]);
});

test("the same story in other words is told of, with what is known of the likeness", async () => {
  const { similarity, evidence } = decideMatch(near.sketch, fingerprint(texts.retold).sketch);
  expect(similarity).toBeGreaterThan(0.2);
  const { relatedTo } = await compare({ sketches: { x: sketchOf("other"), r: sketchOf("retold") } });
  expect(relatedTo).toStrictEqual({ clusterId: "r", similarity, evidence });
  expect((await compare({ sketches: { x: sketchOf("other"), s: sketchOf("same") } })).relatedTo).toBeUndefined();
});

test("the items of their clusters come along", async () => {
  const clusters = { s: { originalId: "o", members: 3 } };
  expect((await compare({ sketches: { s: sketchOf("same") }, clusters })).clusters).toEqual(
    new Map([["s", clusters.s]]),
  );
});
