import { expect, test } from "vitest";
import { openTally } from "../../../functions/desk/tally-changes.ts";

const change = { id: "a", revision: 1, partner: "wire" };

test("changes are counted by partner, outcome and minute", () => {
  const tally = openTally(3);
  for (const [type, id, at, partner] of [
    ["created", "a", "2026-11-23T09:00:59Z", "wire"],
    ["created", "b", "2026-11-23T09:01:00Z", "wire"],
    ["duplicate", "c", "2026-11-23T09:01:30Z", "gazette"],
    ["retracted", "a", "2026-11-23T09:02:10Z", "wire"],
    ["clusterChanged", "c", "2026-11-23T09:02:10Z", "gazette"],
    ["updated", "b", "2026-11-23T09:02:20Z", undefined],
  ] as const) {
    expect(tally.add({ type, id, revision: 1, at, partner })).toBe(true);
  }
  const read = tally.read(Date.parse("2026-11-23T09:02:30Z"));
  expect(read.map(({ partner, total }) => [partner, total])).toEqual([
    ["gazette", { created: 0, duplicate: 1, updated: 0, retracted: 0 }],
    ["unknown", { created: 0, duplicate: 0, updated: 1, retracted: 0 }],
    ["wire", { created: 2, duplicate: 0, updated: 0, retracted: 1 }],
  ]);
  expect(read[2]?.minutes.map(({ created, retracted }) => [created, retracted])).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
});

test("a change that is told twice is counted once, one of another revision is another", () => {
  const tally = openTally(30);
  const at = "2026-11-23T09:00:00Z";
  const told = [1, 1, 2].map((revision) => tally.add({ ...change, type: "updated", revision, at }));
  expect(told).toEqual([true, false, true]);
  expect(tally.read(Date.parse(at))[0]?.total.updated).toBe(2);
});

test("what is older than the minutes that are shown is forgotten, and so is its partner", () => {
  const tally = openTally(2);
  tally.add({ ...change, type: "created", at: "2026-11-23T09:00:00Z" });
  expect(tally.read(Date.parse("2026-11-23T09:01:59Z"))).toHaveLength(1);
  expect(tally.read(Date.parse("2026-11-23T09:02:00Z"))).toEqual([]);
});
