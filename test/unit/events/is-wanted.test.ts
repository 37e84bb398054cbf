import { expect, test } from "vitest";
import type { ArticleEvent } from "../../../shared/api/event.ts";
import { isWanted } from "../../../shared/events/is-wanted.ts";

const id = "0123456789abcdef0123456789abcdef";
const erased = {
  eventId: `evt_${id}`,
  sequence: "000000000001-0000",
  id,
  revision: 1,
  clusterId: id,
  at: "2026-11-27T08:00:00.000Z",
} as const;
const whole = { ...erased, partner: "gazette", source: "gazette.example", language: "en" } as const;

test.each<[boolean, string, Parameters<typeof isWanted>[0], Partial<ArticleEvent>]>([
  [true, "its partner is named", { partners: ["gazette"] }, { ...whole, type: "retracted" }],
  [false, "another partner is named", { partners: ["courier"] }, { ...whole, type: "retracted" }],
  [
    true,
    "it is a retraction that does not say whose it is",
    { partners: ["courier"] },
    { ...erased, type: "retracted" },
  ],
  [true, "the same by its source", { sources: ["courier.example"] }, { ...erased, type: "retracted" }],
  [false, "no retractions are wanted", { types: ["created"] }, { ...erased, type: "retracted" }],
  [false, "anything else does not say whose it is", { partners: ["courier"] }, { ...erased, type: "created" }],
])("%s where %s", (expected, _, filter, event) => {
  expect(isWanted(filter, event as ArticleEvent)).toBe(expected);
});
