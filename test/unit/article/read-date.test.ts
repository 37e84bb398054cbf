import { describe, expect, test } from "vitest";
import { readDate } from "../../../shared/article/read-date.ts";

describe("readDate", () => {
  test.for([
    ["2026-11-23", "2026-11-23"],
    ["2026-11-23T08:05:09Z", "2026-11-23T08:05:09Z"],
    ["2026-11-23T08:05:09.123+01:00", "2026-11-23T08:05:09+01:00"],
    ["2026-11-23 08:05 +0100", "2026-11-23T08:05:00+01:00"],
    ["2026-11-23T08:05", "2026-11-23T08:05:00"],
    ["20261123T080509Z", "2026-11-23T08:05:09Z"],
    ["Mon, 23 Nov 2026 08:05:09 GMT", "2026-11-23T08:05:09Z"],
    ["23 Nov 2026 08:05 EST", "2026-11-23T08:05:00-05:00"],
    ["November 23, 2026", "2026-11-23"],
    ["Nov 23, 2026 08:05", "2026-11-23T08:05:00"],
    ["23.11.2026, 08:05 Uhr", "2026-11-23T08:05:00"],
  ] as const)("%j is %j", ([text, value]) => {
    expect(readDate(text)?.value).toBe(value);
  });

  test.for([
    "",
    "yesterday",
    "03/04/2026",
    "2026-02-30",
    "2026-13-01",
    "2026-11-23T25:00:00Z",
    "1066-10-14",
    "x".repeat(9999),
  ])("%j is no date", (text) => {
    expect(readDate(text)).toBeUndefined();
  });

  test("says what is missing", () => {
    expect(readDate("2026-11-23")).toMatchObject({ hasTime: false, hasZone: false });
    expect(readDate("2026-11-23T08:00:00")).toMatchObject({ hasTime: true, hasZone: false });
    expect(readDate("2026-11-23T08:00:00Z")).toMatchObject({ hasTime: true, hasZone: true });
    // Letters that mean another zone on another continent are no zone.
    expect(readDate("23 Nov 2026 08:00 IST")).toMatchObject({ hasZone: false });
  });
});
