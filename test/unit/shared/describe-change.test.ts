import { expect, test } from "vitest";
import { describeChange } from "../../../shared/describe-change.ts";
import type { ArticleRecord, DuplicateRecord } from "../../../shared/stores/article-record.ts";

function article(changes: {
  status?: "live" | "retracted";
  revision?: number;
  version?: number;
  clusterId?: string;
  originalId?: string;
  source?: string;
  language?: string;
}): ArticleRecord {
  const { status = "live", revision = 1, version = 1, clusterId = "c", originalId, source, language } = changes;
  const duplicate: DuplicateRecord | undefined =
    originalId === undefined ? undefined : { originalId, match: "content", joinedAt: "2026-11-23T09:00:00.000Z" };
  return {
    id: "a",
    partner: "wire",
    source,
    language,
    status,
    revision,
    version,
    clusterId,
    duplicate,
    modifiedAt: "2026-11-23T09:00:00.000Z",
  } as ArticleRecord;
}

test.each([
  ["a new article", undefined, article({}), "created"],
  ["a new copy", undefined, article({ originalId: "o" }), "duplicate"],
  ["a new revision", article({}), article({ revision: 2 }), "updated"],
  ["a new revision that goes to another cluster", article({}), article({ revision: 2, clusterId: "d" }), "updated"],
  ["a retraction", article({}), article({ status: "retracted" }), "retracted"],
  ["a tombstone that is written again", article({ status: "retracted" }), article({ status: "retracted" }), undefined],
  ["a return from retraction", article({ status: "retracted" }), article({ revision: 2 }), "created"],
  ["a return as a copy", article({ status: "retracted" }), article({ revision: 2, originalId: "o" }), "duplicate"],
  ["a copy that takes the original's place", article({ originalId: "o" }), article({ version: 2 }), "clusterChanged"],
  ["another original", article({ originalId: "o" }), article({ originalId: "p" }), "clusterChanged"],
  ["another cluster", article({}), article({ clusterId: "d" }), "clusterChanged"],
  ["a text that is derived anew", article({}), { ...article({}), readingDigest: "b" } as ArticleRecord, "updated"],
  ["a title that is found anew", article({}), { ...article({}), title: "b" } as ArticleRecord, "updated"],
  ["a report that is another", article({}), { ...article({}), derivedAt: "b", warnings: [] } as never, undefined],
  ["a write that shows nothing new", article({}), article({ version: 2 }), undefined],
] as const)("%s", (_name, before, after, type) => {
  expect(describeChange(before, after)?.type).toBe(type);
});

test.each([
  [
    "of a new article",
    undefined,
    article({ source: "wire.example", language: "nl" }),
    { source: "wire.example", language: "nl" },
  ],
  ["of one without them", undefined, article({}), {}],
  [
    "of an update: as it is now",
    article({ language: "nl" }),
    article({ revision: 2, language: "de" }),
    { language: "de" },
  ],
  ["of an update that has none any more", article({ language: "nl" }), article({ revision: 2 }), {}],
  ["of a retraction: as it was", article({ language: "nl" }), article({ status: "retracted" }), { language: "nl" }],
])("partner, source and language %s", (_name, before, after, expected) => {
  const { partner, source, language } = describeChange(before, after) ?? {};
  expect(JSON.parse(JSON.stringify({ partner, source, language }))).toEqual({ partner: "wire", ...expected });
});
