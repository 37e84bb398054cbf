import { beforeEach, expect, test } from "vitest";
import type { SubmissionResult } from "../../../shared/api/submission-result.ts";
import { type IngestContext, ingestArticle } from "../../../shared/ingest-article.ts";
import { retractArticle } from "../../../shared/retract-article.ts";
import { story } from "../../fixtures/story.ts";
import { makeIngestContext } from "../../support/make-ingest-context.ts";
import { openMemoryStores } from "../../support/memory-stores.ts";

const teaser = story.lines.slice(0, 3).join("\n");
const report = story.lines.join("\n");
/** Has nothing of the teaser. */
const ending = story.lines.slice(3).join("\n");

let context: IngestContext;
beforeEach(() => {
  context = makeIngestContext(openMemoryStores());
});

async function submit(partner: string, content: string, tags: string[] = []): Promise<SubmissionResult> {
  const bytes = Buffer.from(content);
  const document = { form: "text", content, bytes, contentType: "text/plain", charset: "utf-8", warnings: [] } as const;
  const metadata = { title: story.title, tags };
  const address = { partnerArticleId: "1" };
  return (await ingestArticle({ partner, address, metadata, document, validateOnly: false }, context)).result;
}

test("a copy of a copy that says more than the original is a duplicate of the original, and says through which", async () => {
  const original = await submit("agency", teaser);
  const full = await submit("gazette", report);
  expect(full.duplicateOf).toMatchObject({ id: original.id, match: "near" });
  expect(full.duplicateOf?.through).toBeUndefined();
  const rest = await submit("courier", ending);
  expect(rest.duplicateOf).toMatchObject({ id: original.id, match: "near", through: full.id });
  const same = await submit("herald", report);
  expect(same.duplicateOf).toMatchObject({ id: original.id, match: "content", through: full.id });
});

test("a copy of such a copy is found by nobody: one link must not lead to another", async () => {
  await submit("agency", teaser);
  await submit("gazette", report);
  const rest = await submit("courier", `${ending}\nThe crane drivers will vote on the deal on 14 March.`);
  expect(rest.outcome).toBe("duplicate");
  await retractArticle({ partner: "gazette", address: { partnerArticleId: "1" } }, context);
  expect((await submit("herald", `${ending}\nFoto: Archiv`)).outcome).toBe("created");
});

test("when such a copy is retracted or becomes another story, nobody is found through it any longer", async () => {
  await submit("agency", teaser);
  await submit("gazette", report);
  await submit("gazette", "Der Zoo von Nordwijk hat ein Nashorn bekommen, es heißt Berta und stammt aus Basel.");
  expect((await submit("courier", ending)).outcome).toBe("created");
});

test("a copy that keeps only what the original lacks is none any longer: its own former text counts for nothing", async () => {
  const original = await submit("agency", teaser);
  await submit("gazette", report);
  const rest = await submit("gazette", ending);
  expect(rest.duplicateOf).toBeUndefined();
  expect(rest.clusterId).not.toBe(original.clusterId);
});

test("a new revision that says no more than the original gives up what it was found by", async () => {
  const { id } = await submit("agency", teaser);
  await submit("gazette", report);
  const shorter = await submit("gazette", `${teaser}\nFoto: Archiv`);
  expect(shorter).toMatchObject({ outcome: "updated", duplicateOf: { id, match: "near" } });
  expect((await submit("courier", ending)).outcome).toBe("created");
});

test("other metadata on the same text change nothing of why it is a duplicate", async () => {
  await submit("agency", teaser);
  const full = await submit("gazette", report);
  const tagged = await submit("gazette", report, ["strike"]);
  expect(tagged).toMatchObject({ outcome: "updated", revision: 2, duplicateOf: full.duplicateOf });
  expect((await submit("courier", ending)).duplicateOf).toMatchObject({ through: full.id });
});
