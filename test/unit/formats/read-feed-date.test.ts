import fc from "fast-check";
import { expect, test } from "vitest";
import { readFeedDate } from "../../../shared/formats/read-feed-date.ts";

test.each<[string, string]>([
  // RFC 822, section 5, and RFC 2822, sections 3.3 and 4.3
  ["Mon, 23 Nov 2026 08:00:00 GMT", "2026-11-23T08:00:00.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 +0000", "2026-11-23T08:00:00.000Z"],
  ["23 Nov 2026 08:00 UT", "2026-11-23T08:00:00.000Z"],
  ["Mon, 23 Nov 26 08:00:00 EST", "2026-11-23T13:00:00.000Z"],
  ["Tue, 23 Nov 99 08:00:00 Z", "1999-11-23T08:00:00.000Z"],
  ["Mon, 6 Jul 2026 08:00:00 PDT", "2026-07-06T15:00:00.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 -0330", "2026-11-23T11:30:00.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 +0100 (CET)", "2026-11-23T07:00:00.000Z"],
  // What feeds make of it
  ["Thu, 23 Nov 2026 08:00:00 GMT", "2026-11-23T08:00:00.000Z"],
  ["Mon,23 Nov 2026 08:00:00 GMT", "2026-11-23T08:00:00.000Z"],
  ["Mon 23 Nov 2026 08:00:00 GMT", "2026-11-23T08:00:00.000Z"],
  ["Monday, 23 November 2026 08:00:00 GMT", "2026-11-23T08:00:00.000Z"],
  ["Mo, 23 Nov 2026 09:00:00 MEZ", "2026-11-23T08:00:00.000Z"],
  ["Mon, 23 Nov 2026 8:05:00 GMT", "2026-11-23T08:05:00.000Z"],
  ["Wed, 2 Sept 2026 08:00:00 CEST", "2026-09-02T06:00:00.000Z"],
  ["Mon,  23 Nov 2026\n 08:00:00 GMT", "2026-11-23T08:00:00.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 GMT+1", "2026-11-23T07:00:00.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 UTC+01:00", "2026-11-23T07:00:00.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 +01:00", "2026-11-23T07:00:00.000Z"],
  ["23-Nov-2026 08:00:00 GMT", "2026-11-23T08:00:00.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 PM GMT", "2026-11-23T20:00:00.000Z"],
  ["Mon, 23 Nov 2026 24:00:00 GMT", "2026-11-24T00:00:00.000Z"],
  ["Thu, 31 Dec 2026 23:59:60 GMT", "2026-12-31T23:59:59.000Z"],
  ["Mon, 23 Nov 2026 08:00:00 JST", "2026-11-22T23:00:00.000Z"],
  ["Mon Nov 23 08:00:00 GMT 2026", "2026-11-23T08:00:00.000Z"],
  ["November 23, 2026 8:00 AM EST", "2026-11-23T13:00:00.000Z"],
  // RFC 3339 and ISO 8601
  ["2026-11-23T08:00:00Z", "2026-11-23T08:00:00.000Z"],
  ["2026-11-23T08:00:00.123456+01:00", "2026-11-23T07:00:00.000Z"],
  ["2026-11-23T08:00:00+0100", "2026-11-23T07:00:00.000Z"],
  ["2026-11-23 08:00:00 UTC", "2026-11-23T08:00:00.000Z"],
  ["2026-11-23T08:00Z", "2026-11-23T08:00:00.000Z"],
  ["2026-11-23 08:00:00 EST", "2026-11-23T13:00:00.000Z"],
  ["20261123T080000Z", "2026-11-23T08:00:00.000Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
])("%s", (text, value) => {
  expect(readFeedDate("publishedAt", text)).toEqual({ value });
});

test.each<[string, string, string]>([
  ["2026-11-23T08:00:00", "2026-11-23T08:00:00.000Z", "date-without-zone"],
  ["Mon, 23 Nov 2026 08:00:00", "2026-11-23T08:00:00.000Z", "date-without-zone"],
  ["Mon, 23 Nov 2026 08:00:00 IST", "2026-11-23T08:00:00.000Z", "date-without-zone"],
  ["Mon, 23 Nov 2026 08:00:00 +9900", "2026-11-23T08:00:00.000Z", "date-without-zone"],
  ["2026-11-23", "2026-11-23T00:00:00.000Z", "date-without-time"],
  ["23 Nov 2026", "2026-11-23T00:00:00.000Z", "date-without-time"],
  ["23. 11. 2026", "2026-11-23T00:00:00.000Z", "date-without-time"],
])("%s is taken, with a warning", (text, value, code) => {
  expect(readFeedDate("publishedAt", text)).toMatchObject({ value, warning: { code } });
  expect(readFeedDate("publishedAt", text).warning?.detail).toContain(text);
});

test.each([
  "yesterday",
  "",
  "0000-00-00 00:00:00",
  "Mon, 31 Feb 2026 08:00:00 GMT",
  "2025-02-29T00:00:00Z",
  "Mon, 23 Foo 2026 08:00:00 GMT",
  "23 Marble 2026 08:00:00 GMT",
  "Mon, 23 Nov 2026 25:00:00 GMT",
  "Mon, 23 Nov 2026 08:61:00 GMT",
  "11/12/2026",
  "1795334400",
  "Mon, 23 Nov 0026 08:00:00 GMT",
  "9".repeat(500),
])("%s is left out, with a warning", (text) => {
  const { value, warning } = readFeedDate("updatedAt", text);
  expect(value).toBeUndefined();
  expect(warning?.code).toBe("date-unreadable");
  expect(warning?.detail).toContain(text.slice(0, 80));
  expect(warning?.detail).toContain("updatedAt");
});

test("any instant is read back from how RFC 822 and RFC 3339 write it", () => {
  const range = { min: new Date("1970-01-01T00:00:00Z"), max: new Date("2099-12-31T00:00:00Z"), noInvalidDate: true };
  fc.assert(
    fc.property(fc.date(range), (date) => {
      const second = new Date(Math.floor(date.getTime() / 1000) * 1000);
      expect(readFeedDate("publishedAt", second.toUTCString())).toEqual({ value: second.toISOString() });
      expect(readFeedDate("publishedAt", second.toISOString())).toEqual({ value: second.toISOString() });
    }),
  );
});

test("no text makes it throw, or gives what is no instant", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.stringMatching(/^[A-Za-z]{3}, \d{1,2} [A-Za-z]{3} \d{2,4} \d{1,2}:\d{2}( [A-Z+\-0-9]{1,6})?$/),
      ),
      (text) => {
        const { value, warning } = readFeedDate("publishedAt", text);
        if (value === undefined) expect(warning).toBeDefined();
        else expect(new Date(value).toISOString()).toBe(value);
      },
    ),
  );
});
