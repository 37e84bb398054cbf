import { expect, test } from "vitest";
import { openDays, type Replacement, shardsOfDays } from "../../../shared/open-days.ts";
import type { Day, Tombstone } from "../../../shared/stores/article-record.ts";
import { makeTimeKey } from "../../../shared/stores/table-keys.ts";

/** A tombstone has all that counts here, and its kind is `r`. */
function makeTombstone(listedOn: string, arrivedOn = listedOn): Tombstone {
  const at = (day: string) => `${day}T10:00:00.000Z`;
  return {
    id: "a",
    partner: "p",
    status: "retracted",
    revision: 1,
    version: 1,
    ingestedAt: at(arrivedOn),
    modifiedAt: at(arrivedOn),
    timelineKey: makeTimeKey(at(listedOn), "a"),
    clusterId: "a",
  };
}
const makeDay = (day: string, lists: string[], shards = 1): [string, Day] => [
  day,
  { day, lists: new Set(lists), shards },
];

const both = ["byDay#r", "byArrival#r"];
const older = makeTombstone("2026-11-20", "2026-11-23");
const fresh = makeTombstone("2026-11-23");

const cases: [name: string, replacements: Replacement[], days: [string, Day][], writes: [string, string[]][]][] = [
  ["a day that nobody has opened", [{ article: fresh, before: undefined }], [], [["2026-11-23", both]]],
  [
    "two days, each for its own list",
    [{ article: older, before: undefined }],
    [],
    [
      ["2026-11-20", ["byDay#r"]],
      ["2026-11-23", ["byArrival#r"]],
    ],
  ],
  [
    "a day that is open for others only",
    [{ article: fresh, before: undefined }],
    [makeDay("2026-11-23", ["byDay#o", "byDay#r"])],
    [["2026-11-23", ["byArrival#r"]]],
  ],
  ["a day that is open", [{ article: fresh, before: undefined }], [makeDay("2026-11-23", both)], []],
  ["an article that stands there already", [{ article: fresh, before: fresh }], [], []],
  ["one that is listed on another day now", [{ article: older, before: fresh }], [], [["2026-11-20", ["byDay#r"]]]],
  [
    "two articles of one day, which is written once",
    [
      { article: fresh, before: undefined },
      { article: { ...older, id: "b" }, before: undefined },
    ],
    [],
    [
      ["2026-11-23", both],
      ["2026-11-20", ["byDay#r"]],
    ],
  ],
];

test.each(cases)("%s", (_name, replacements, days, writes) => {
  expect(openDays(replacements, { days: new Map(days) })).toStrictEqual(
    writes.map(([day, lists]) => ({ kind: "day", day, lists })),
  );
});

test("a new day is given its shards", () => {
  expect(openDays([{ article: fresh, before: undefined }], { days: new Map(), newDayShards: 4 })).toStrictEqual([
    { kind: "day", day: "2026-11-23", lists: both, shards: 4 },
  ]);
});

test("an article is placed over the shards of its days, and in the first of one that was not read", () => {
  const days = new Map([makeDay("2026-11-20", [], 5), makeDay("2026-11-23", [], 2)]);
  expect(shardsOfDays(older, days)).toEqual({ byDay: 5, byArrival: 2 });
  expect(shardsOfDays(older, new Map())).toEqual({ byDay: 1, byArrival: 1 });
});
