import { describe, expect, test } from "vitest";
import { type ComparedText, type Evidence, type Placement, placeArticle } from "../../../shared/place-article.ts";
import type { Claim, Cluster } from "../../../shared/stores/article-record.ts";

const claim = (clusterId: string, articleId: string, originalId = articleId): Claim => ({
  clusterId,
  articleId,
  originalId,
});
const led = (originalId: string, members = 0): Cluster => ({ originalId, members });
const vacant: Cluster = { members: 0 };
const merged = (mergedInto: string): Cluster => ({ mergedInto, members: 0 });
const original = (clusterId: string): Placement => ({ role: "original", clusterId });
const duplicate = (
  clusterId: string,
  originalId: string,
  match: "content" | "url",
  throughId = originalId,
): Placement => ({
  role: "duplicate",
  clusterId,
  originalId,
  match,
  throughId,
});

/** A text that was compared with, of the original of its cluster. */
function text(clusterId: string, verdict: "duplicate" | "related"): ComparedText {
  const originalId = clusterId.toLowerCase();
  const comparison = { verdict, similarity: 0.8, evidence: {} as ComparedText["comparison"]["evidence"] };
  return { clusterId, articleId: originalId, originalId, comparison, extendsOriginal: false };
}
const near = (compared: ComparedText): Placement => ({
  role: "duplicate",
  clusterId: compared.clusterId,
  originalId: compared.originalId,
  match: "near",
  throughId: compared.articleId,
  compared,
});

type Case = readonly [
  name: string,
  evidence: Partial<Omit<Evidence, "clusters">> & { clusters?: Record<string, Cluster> },
  Placement,
];

const cases: Record<string, readonly Case[]> = {
  "an article that nobody has seen": [
    ["starts a cluster of its own name", {}, original("me")],
    ["is a duplicate of whom its text belongs to", { contentClaim: claim("A", "a") }, duplicate("A", "a", "content")],
    ["is a duplicate of whom its URL belongs to", { urlClaim: claim("A", "a") }, duplicate("A", "a", "url")],
    [
      "goes where its text is, not where its URL is",
      { contentClaim: claim("A", "a"), urlClaim: claim("B", "b") },
      duplicate("A", "a", "content"),
    ],
    [
      "is a duplicate of the original, not of the copy that made the claim",
      { contentClaim: claim("A", "copy", "a") },
      duplicate("A", "a", "content", "copy"),
    ],
    [
      "is a duplicate of today's original, when the cluster says who that is",
      { contentClaim: claim("A", "a"), clusters: { A: led("heir", 2) } },
      duplicate("A", "heir", "content", "a"),
    ],
  ],
  "a cluster that has lost its original": [
    [
      "is taken over",
      { contentClaim: claim("A", "a"), clusters: { A: vacant } },
      { role: "original", clusterId: "A", revives: vacant },
    ],
    [
      "is taken over for a URL, too",
      { urlClaim: claim("A", "a"), clusters: { A: vacant } },
      { role: "original", clusterId: "A", revives: vacant },
    ],
    [
      "is taken over although another one has the URL",
      { contentClaim: claim("A", "a"), urlClaim: claim("B", "b"), clusters: { A: vacant, B: led("b", 1) } },
      { role: "original", clusterId: "A", revives: vacant },
    ],
  ],
  "a cluster that has gone over to another": [
    [
      "leads there",
      { contentClaim: claim("A", "a"), clusters: { A: merged("B"), B: led("b", 1) } },
      duplicate("B", "b", "content", "a"),
    ],
    [
      "leads there over any number of steps",
      { contentClaim: claim("A", "a"), clusters: { A: merged("B"), B: merged("C"), C: merged("D"), D: led("d", 3) } },
      duplicate("D", "d", "content", "a"),
    ],
    [
      "leads to one that is vacant by now",
      { contentClaim: claim("A", "a"), clusters: { A: merged("B"), B: vacant } },
      { role: "original", clusterId: "B", revives: vacant },
    ],
    [
      "leads home",
      {
        current: { clusterId: "B", originalId: "me" },
        contentClaim: claim("A", "me"),
        clusters: { A: merged("B"), B: led("me", 1) },
      },
      original("B"),
    ],
    [
      "leads to one that was not read: that has to be read first",
      { contentClaim: claim("A", "a"), clusters: { A: merged("B") } },
      { role: "unknown", clusterId: "B" },
    ],
  ],
  "an article that is there": [
    [
      "stays the original of its cluster with a text that is new",
      { revision: 2, current: { clusterId: "me", originalId: "me" } },
      original("me"),
    ],
    [
      "stays the original of a cluster that it was promoted in",
      { revision: 3, current: { clusterId: "A", originalId: "me" } },
      original("A"),
    ],
    [
      "stays the original when the claim on its text is its own",
      { revision: 2, current: { clusterId: "me", originalId: "me" }, contentClaim: claim("me", "me") },
      original("me"),
    ],
    [
      "stays the original when the claim was made by its own copy",
      { revision: 2, current: { clusterId: "me", originalId: "me" }, contentClaim: claim("me", "copy", "me") },
      original("me"),
    ],
    [
      "starts a cluster of its own, named by the revision, when it was a duplicate and its text is new",
      { revision: 2, current: { clusterId: "A", originalId: "a" } },
      original("me-2"),
    ],
    [
      "does so although its own URL is claimed for the cluster that it leaves",
      {
        revision: 3,
        current: { clusterId: "A", originalId: "a" },
        urlClaim: claim("A", "me", "a"),
        clusters: { A: led("a", 1) },
      },
      original("me-3"),
    ],
    [
      "stays a duplicate by the URL when its text is new",
      {
        revision: 2,
        current: { clusterId: "A", originalId: "a" },
        urlClaim: claim("A", "a"),
        clusters: { A: led("a", 1) },
      },
      duplicate("A", "a", "url"),
    ],
    [
      "becomes a duplicate when its new text belongs to another",
      { revision: 2, current: { clusterId: "me", originalId: "me" }, contentClaim: claim("A", "a") },
      duplicate("A", "a", "content"),
    ],
    [
      "stays a duplicate where it is, of today's original",
      {
        revision: 2,
        current: { clusterId: "A", originalId: "a" },
        contentClaim: claim("A", "a"),
        clusters: { A: led("heir", 1) },
      },
      duplicate("A", "heir", "content", "a"),
    ],
    [
      "does not believe its own claim on a cluster that it has left: that has to be read first",
      { revision: 3, current: { clusterId: "A", originalId: "a" }, contentClaim: claim("me", "me") },
      { role: "unknown", clusterId: "me" },
    ],
  ],
  "similar texts": [
    ["make a duplicate", { compared: [text("A", "duplicate")] }, near(text("A", "duplicate"))],
    ["that only tell the same story do not", { compared: [text("A", "related")] }, original("me")],
    [
      "count for less than a URL",
      { compared: [text("A", "duplicate")], urlClaim: claim("B", "b") },
      duplicate("B", "b", "url"),
    ],
    [
      "of the cluster that the article is in count for more than a URL",
      {
        revision: 2,
        current: { clusterId: "A", originalId: "a" },
        compared: [text("A", "duplicate")],
        urlClaim: claim("B", "b"),
      },
      near(text("A", "duplicate")),
    ],
    [
      "of another cluster do not, also for an article that is there",
      {
        revision: 2,
        current: { clusterId: "C", originalId: "c" },
        compared: [text("A", "duplicate")],
        urlClaim: claim("B", "b"),
      },
      duplicate("B", "b", "url"),
    ],
    [
      "tell how alike those are that match by their URL",
      { compared: [text("A", "related")], urlClaim: claim("A", "a") },
      { ...duplicate("A", "a", "url"), compared: text("A", "related") } as Placement,
    ],
  ],
  "an original whose text has become another one": [
    [
      "leaves its cluster to its copies",
      { revision: 2, current: { clusterId: "me", originalId: "me" }, compared: [], clusters: { me: led("me", 1) } },
      original("me-2"),
    ],
    [
      "stays where nobody has copied it",
      { revision: 2, current: { clusterId: "me", originalId: "me" }, compared: [], clusters: { me: led("me", 0) } },
      original("me"),
    ],
    [
      "stays with its copies where there was no text to compare",
      { revision: 2, current: { clusterId: "me", originalId: "me" }, clusters: { me: led("me", 1) } },
      original("me"),
    ],
    [
      "stays with its copies where it is still like what it was",
      {
        revision: 2,
        current: { clusterId: "me", originalId: "me" },
        compared: [text("me", "duplicate")],
        clusters: { me: led("me", 1) },
      },
      original("me"),
    ],
  ],
  "an article that comes back from retraction": [
    ["starts anew, under the number of its revision", { revision: 4 }, original("me-4")],
    [
      "does not believe its own claim on its former text: the cluster has to be read first",
      { revision: 2, contentClaim: claim("me", "me") },
      { role: "unknown", clusterId: "me" },
    ],
    [
      "takes its former cluster again while that is vacant",
      { revision: 2, contentClaim: claim("me", "me"), clusters: { me: vacant } },
      { role: "original", clusterId: "me", revives: vacant },
    ],
    [
      "is a duplicate of the one that took its place",
      { revision: 2, contentClaim: claim("me", "me"), clusters: { me: led("heir", 0) } },
      duplicate("me", "heir", "content", "me"),
    ],
  ],
};

describe.each(Object.entries(cases))("%s", (_, rows) => {
  test.each(rows)("%s", (_name, { clusters = {}, ...evidence }, expected) => {
    const placement = placeArticle({ id: "me", revision: 1, ...evidence, clusters: new Map(Object.entries(clusters)) });
    expect(placement).toEqual(expected);
  });
});
