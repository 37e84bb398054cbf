import { expect, test } from "vitest";
import { openLineProfiles } from "../../../shared/line-profiles.ts";

const footer = "Alle Rechte vorbehalten. Vervielfältigung nur mit Genehmigung des Verlags.";
const article = (n: number) => ({
  id: `article ${n}`,
  lines: [`Meldung ${n} über ein Ereignis, das nur einmal geschah.`, footer],
});

function openTable() {
  const profiles = new Map<string, Uint8Array>();
  const requests: string[] = [];
  return {
    requests,
    async getLineProfile(partner: string) {
      requests.push("get");
      return profiles.get(partner);
    },
    async putLineProfile(partner: string, lines: Uint8Array) {
      requests.push("put");
      profiles.set(partner, lines);
    },
  };
}

const options = { now: () => new Date("2026-11-23T08:00:00Z"), random: () => 0.99, onFault: () => {} };

test("a line that four articles of a partner have is no part of the fifth", async () => {
  const profiles = openLineProfiles(openTable(), options);
  for (let n = 1; n <= 4; n++) await profiles.learn("gazette", article(n));
  expect(await profiles.removeRecurring("gazette", article(5))).toEqual([article(5).lines[0]]);
  expect(await profiles.removeRecurring("courier", article(5))).toEqual(article(5).lines);
});

test("another instance knows what this one has learned, once it is saved", async () => {
  const table = openTable();
  const one = openLineProfiles(table, options);
  for (let n = 1; n <= 4; n++) await one.learn("gazette", article(n));
  const other = openLineProfiles(table, options);
  expect(await other.removeRecurring("gazette", article(5))).toEqual([article(5).lines[0]]);
});

test("two instances that learn at the same time join what they know", async () => {
  const table = openTable();
  const [one, other] = [
    openLineProfiles(table, { ...options, random: () => 0 }),
    openLineProfiles(table, { ...options, random: () => 0 }),
  ];
  for (const n of [1, 3]) {
    await one.learn("gazette", article(n));
    await other.learn("gazette", article(n + 1));
  }
  expect(await openLineProfiles(table, options).removeRecurring("gazette", article(5))).toEqual([article(5).lines[0]]);
});

test("thirty articles cost one read and a save for every fourth, more of them one for every sixteenth", async () => {
  const table = openTable();
  const profiles = openLineProfiles(table, options);
  for (let n = 1; n <= 32; n++) await profiles.learn("gazette", article(n));
  expect(table.requests.filter((request) => request === "put")).toHaveLength(8);
  expect(table.requests.filter((request) => request === "get")).toHaveLength(9);
  for (let n = 33; n <= 96; n++) await profiles.learn("gazette", article(n));
  expect(table.requests.filter((request) => request === "put")).toHaveLength(8 + 4);
});

test("and no more where they come at the same time, as in a batch", async () => {
  const table = openTable();
  const profiles = openLineProfiles(table, options);
  await profiles.learn("gazette", article(1));
  await Promise.all(Array.from({ length: 31 }, (_, n) => profiles.learn("gazette", article(n + 2))));
  expect(table.requests.filter((request) => request === "put")).toHaveLength(8);
});

test("a profile that cannot be saved is told of, and harms nothing", async () => {
  const faults: unknown[] = [];
  const table = { ...openTable(), putLineProfile: async () => Promise.reject(new Error("throttled")) };
  const profiles = openLineProfiles(table, { ...options, onFault: (error) => faults.push(error) });
  for (let n = 1; n <= 5; n++) await profiles.learn("gazette", article(n));
  expect(faults).toEqual([new Error("throttled"), new Error("throttled")]);
  expect(await profiles.removeRecurring("gazette", article(6))).toEqual([article(6).lines[0]]);
});
