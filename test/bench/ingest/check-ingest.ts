import assert from "node:assert/strict";
import { checkAnswers } from "../sanitize/check-answers.ts";
import { generateArticle } from "../sanitize/generate-article.ts";
import type { Ingest } from "./start-ingests.ts";

/** Throws unless an ingest keeps what both promise: the same questions to each, and the same answers. */
export async function checkIngest(ingest: Ingest): Promise<void> {
  const html = generateArticle(19_000, 1_000_001);
  const first = await ingest.put("check-1", { html, title: "First" });
  assert.deepEqual([first.status, first.outcome], [201, "created"], `${ingest.name}: new`);
  assert.equal(await ingest.readRaw("check-1"), html, `${ingest.name}: bytes as they came`);

  const again = await ingest.put("check-1", { html, title: "First" });
  assert.deepEqual([again.status, again.outcome, again.id], [200, "unchanged", first.id], `${ingest.name}: again`);

  const copy = await ingest.put("check-2", { html, title: "First" });
  assert.deepEqual([copy.status, copy.outcome, copy.duplicateOf], [201, "duplicate", first.id], `${ingest.name}: copy`);

  for (const body of [{ html: 5 }, { title: "Nothing else" }, { html, publishedAt: "yesterday" }]) {
    const { status } = await ingest.put("check-3", body);
    assert.ok(status === 400 || status === 422, `${ingest.name} answers ${status} to what is no submission.`);
  }

  let asked = 0;
  await checkAnswers(ingest.name, async (dirty) => {
    const id = `check-html-${++asked}`;
    await ingest.put(id, { html: dirty });
    return ingest.readHtml(id);
  });
}
