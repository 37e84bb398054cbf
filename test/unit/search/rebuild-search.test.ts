import { expect, test } from "vitest";
import { type RebuildProgress, rebuildSearch } from "../../../infra/ops/rebuild-search.ts";
import type { Change } from "../../../shared/api/change.ts";
import type { LogPosition } from "../../../shared/stores/change-log.ts";

/** A log with an entry for each list of IDs. */
function makeLog(entries: readonly (readonly string[])[]) {
  const touched: string[] = [];
  const context = {
    now: () => new Date(0),
    articles: {
      async touchArticle(id: string) {
        touched.push(id);
        return id !== "erased";
      },
    },
    changes: {
      findEnd: async () => ({ entry: entries.length + 1, read: 0 }),
      async read(from: LogPosition) {
        const ids = entries[from.entry - 1] ?? [];
        const position = ids.length === 0 ? from : { entry: from.entry + 1, read: 0 };
        return { changes: ids.map((id) => ({ id }) as Change), position };
      },
    },
  };
  return { touched, context };
}

const forever = () => new AbortController().signal;

test("each article is touched once, however often it has changed; one that is erased does not count", async () => {
  const { touched, context } = makeLog([
    ["a", "b"],
    ["b", "erased"],
    ["c", "a"],
  ]);
  const progress = await rebuildSearch(context, { from: 1, signal: forever(), onProgress: () => {} });
  expect(touched).toEqual(["a", "b", "erased", "c"]);
  expect(progress).toEqual({ touched: 3, entry: 4, lastEntry: 3 });
});

test("what was broken off goes on where it stopped, and all are touched", async () => {
  const { touched, context } = makeLog(Array.from({ length: 10 }, (_, n) => [`a${n}`]));
  const stopping = new AbortController();
  const seen: RebuildProgress[] = [];
  const onProgress = (progress: RebuildProgress) => {
    seen.push(progress);
    if (progress.touched === 4) stopping.abort();
  };
  const { entry } = await rebuildSearch(context, { from: 1, signal: stopping.signal, onProgress });
  expect(entry).toBe(5);
  expect(seen.map((progress) => progress.entry)).toEqual([2, 3, 4, 5]);
  await rebuildSearch(context, { from: entry, signal: forever(), onProgress: () => {} });
  expect(touched).toEqual(Array.from({ length: 10 }, (_, n) => `a${n}`));
});

test("an empty log is at its end", async () => {
  const { touched, context } = makeLog([]);
  expect(await rebuildSearch(context, { from: 1, signal: forever(), onProgress: () => {} })).toMatchObject({
    touched: 0,
  });
  expect(touched).toEqual([]);
});
