import { expect, test } from "vitest";
import { ProblemError } from "../../../shared/api/problem.ts";
import { type Known, type Round, settleRace } from "../../../shared/settle-race.ts";

/** Plays rounds that end like these, the last one over and over. */
async function play<T>(...results: Round<T>[]) {
  const pauses: number[] = [];
  const known: { clusterIds: string[]; articleIds: string[] }[] = [];
  const round = async ({ clusterIds, articleIds }: Known) => {
    known.push({ clusterIds: [...clusterIds], articleIds: [...articleIds] });
    return results[Math.min(known.length, results.length) - 1] as Round<T>;
  };
  const pause = async (count: number) => {
    pauses.push(count);
  };
  const outcome = await settleRace(pause, round).catch((error: unknown) => error);
  return { outcome, pauses, known };
}

test("a first round that settles it needs no pause", async () => {
  const { outcome, pauses, known } = await play({ done: "written" });
  expect(outcome).toBe("written");
  expect(pauses).toEqual([]);
  expect(known).toEqual([{ clusterIds: [], articleIds: [] }]);
});

test("nothing to give is something, too", async () => {
  expect((await play({ done: undefined })).outcome).toBeUndefined();
});

test("what a round has learned is known to all that follow", async () => {
  const { outcome, known } = await play(
    { again: { clusterIds: ["A"] }, lostRace: true },
    { again: { articleIds: ["a", "b"] }, lostRace: false },
    { again: { clusterIds: ["B", "A"], articleIds: ["a"] }, lostRace: true },
    { done: "written" },
  );
  expect(outcome).toBe("written");
  expect(known).toEqual([
    { clusterIds: [], articleIds: [] },
    { clusterIds: ["A"], articleIds: [] },
    { clusterIds: ["A"], articleIds: ["a", "b"] },
    { clusterIds: ["A", "B"], articleIds: ["a", "b"] },
  ]);
});

test("only a lost race is worth a pause, a longer one each time", async () => {
  const { pauses } = await play(
    { again: {}, lostRace: true },
    { again: {}, lostRace: false },
    { again: {}, lostRace: true },
    { done: "written" },
  );
  expect(pauses).toEqual([1, 3]);
});

test("who loses every round is told to come again, and does not wait before that", async () => {
  const { outcome, pauses, known } = await play({ again: {}, lostRace: true });
  expect(outcome).toBeInstanceOf(ProblemError);
  expect(outcome).toMatchObject({ kind: "unavailable", headers: { "Retry-After": "1" } });
  expect(known).toHaveLength(20);
  expect(pauses).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
});

test("a fault ends it", async () => {
  const fault = new Error("no");
  let rounds = 0;
  const fail = async (): Promise<Round<string>> => {
    rounds++;
    throw fault;
  };
  await expect(settleRace(async () => {}, fail)).rejects.toBe(fault);
  expect(rounds).toBe(1);
});
