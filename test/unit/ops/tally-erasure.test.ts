import { expect, test } from "vitest";
import type { Sight } from "../../../infra/ops/erase/look-around.ts";
import { tallyErasure } from "../../../infra/ops/erase/tally-erasure.ts";
import type { ErasureRecord } from "../../../shared/stores/erasure-log.ts";

const begun: ErasureRecord = {
  kind: "partner",
  name: "gazette",
  by: "ilse",
  reason: "order 12/26",
  startedAt: "2026-11-27T08:00:00.000Z",
};
const endedAt = "2026-11-27T09:00:00.000Z";
const sees = (places: Record<string, number>): Sight => new Map(Object.entries(places));

/** A log that keeps one record, and runs that each begin with what it has. */
function openLog() {
  let saved = begun;
  return {
    saved: () => saved,
    run: () =>
      tallyErasure(saved, {
        async saveErasure(record) {
          saved = JSON.parse(JSON.stringify(record));
        },
      }),
  };
}

test("what a killed run has erased is counted by the next one, and nothing twice", async () => {
  const { saved, run } = openLog();
  await run().begin(sees({ articles: 419, "raw objects": 422, "search index": 225 }));
  await run().begin(sees({ articles: 419, "raw objects": 0, "search index": 3 }));
  expect(saved()).toMatchObject({ erased: { "raw objects": 422, "search index": 222 }, left: { articles: 419 } });
  const last = run();
  await last.begin(sees({ articles: 300, "raw objects": 0, "search index": 0 }));
  expect(await last.end(sees({ articles: 0, "raw objects": 0, "search index": 0 }), endedAt)).toEqual(
    expect.arrayContaining([
      { place: "articles", erased: 300, left: 0 },
      { place: "raw objects", erased: 0, left: 0 },
    ]),
  );
  expect(saved()).toEqual({
    ...begun,
    finishedAt: endedAt,
    erased: { articles: 419, "raw objects": 422, "search index": 225 },
  });
});

test("what stays is taken off once, however often it is run again", async () => {
  const { saved, run } = openLog();
  for (const _ of [1, 2, 3]) {
    const tally = run();
    await tally.begin(sees({ articles: saved().erased === undefined ? 419 : 1 }));
    await tally.end(sees({ articles: 1 }), endedAt);
    expect(saved()).toEqual({ ...begun, erased: { articles: 418 }, left: { articles: 1 } });
  }
});

test("what comes while it is erased is counted as well, and what turns out to be shared is not", async () => {
  const { saved, run } = openLog();
  const tally = run();
  await tally.begin(sees({ revisions: 1, "raw objects": 3 }));
  await tally.see(sees({ revisions: 2 }), sees({ "raw objects": 1 }));
  await tally.addErased("candidate keys", 4);
  await tally.addErased("candidate keys", 3);
  await tally.end(sees({ revisions: 0, "raw objects": 0, "candidate keys": 0 }), endedAt);
  expect(saved().erased).toEqual({ revisions: 2, "raw objects": 1, "candidate keys": 7 });
});
