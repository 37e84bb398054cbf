import { expect, test } from "vitest";
import { readAddress, writeAddress } from "../../../functions/desk/address.ts";
import { joinValues, splitValues } from "../../../functions/desk/filter-fields.ts";

test.each([
  ["", { name: "list" }, {}],
  ["?partner=wire&tag=a&tag=b", { name: "list" }, { partner: ["wire"], tag: ["a", "b"] }],
  ["?language=de&article=abc", { name: "article", id: "abc" }, { language: ["de"] }],
  ["?article=abc&revisions=1..3", { name: "diff", id: "abc", revisions: "1..3" }, {}],
  ["?q=caf%C3%A9+%26&story=abc-2", { name: "story", id: "abc-2" }, { q: ["café &"] }],
  ["?source=a.example&view=live", { name: "live" }, { source: ["a.example"] }],
] as const)("%s is read, and written as it was", (search, view, filters) => {
  expect(readAddress(search)).toEqual({ view, filters });
  expect(readAddress(writeAddress(view, filters))).toEqual({ view, filters });
});

test.each([
  ["a filter without a value is none", "?partner=&tag=a", { tag: ["a"] }],
  ["what the page sets itself cannot be set", "?limit=1&fields=id&cursor=x&explain=true&tag=a", { tag: ["a"] }],
  ["a filter that nobody knows is left to the API to refuse", "?colour=red", { colour: ["red"] }],
])("%s", (_, search, filters) => {
  expect(readAddress(search).filters).toEqual(filters);
});

test.each([
  ["wire", ["wire"]],
  [" wire ; gazette;", ["wire", "gazette"]],
  ["Brandt, Ilse; Okafor, Maria", ["Brandt, Ilse", "Okafor, Maria"]],
  [" ; ", []],
])("%s are several values", (text, values) => {
  expect(splitValues(text)).toEqual(values);
  expect(splitValues(joinValues(values))).toEqual(values);
});
