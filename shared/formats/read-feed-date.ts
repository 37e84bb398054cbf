import type { ArticleWarning } from "../article/article-warning.ts";
import { readDate } from "../article/read-date.ts";

const months: readonly string[] = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/**
 * Zones by name, in minutes. The first line is RFC 822, section 5.1; the others are what feeds carry, left out where a name
 * means different things in different places (IST is three of them).
 */
const zoneMinutes: ReadonlyMap<string, number> = new Map([
  ...namedZones("z:0 ut:0 utc:0 gmt:0 est:-300 edt:-240 cst:-360 cdt:-300 mst:-420 mdt:-360 pst:-480 pdt:-420"),
  ...namedZones(
    "wet:0 west:60 bst:60 cet:60 cest:120 met:60 mest:120 mez:60 mesz:120 eet:120 eest:180 msk:180 sast:120",
  ),
  ...namedZones("akst:-540 akdt:-480 hst:-600 nst:-210 ndt:-150 brt:-180 art:-180"),
  ...namedZones("hkt:480 sgt:480 jst:540 kst:540 awst:480 acst:570 acdt:630 aest:600 aedt:660 nzst:720 nzdt:780"),
]);

function namedZones(list: string): [string, number][] {
  return list.split(" ").map((entry) => {
    const [name = "", minutes = ""] = entry.split(":");
    return [name, Number(minutes)];
  });
}

const clock = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?([ap])\.?m\.?)?`;
const zone = String.raw`(?: ?([a-z]{1,5}|(?:utc|gmt|ut)? ?[+-] ?\d{1,2}(?::?\d{2})?))?`;
/** RFC 822 with what feeds make of it: 23 Nov 2026 08:00:00 GMT; 23-Nov-26 8:00; 23 November, 2026. */
const dayFirst = new RegExp(String.raw`^(\d{1,2})[ -]([a-z]{3,9})\.?,?[ -](\d{4}|\d{2})(?:,? ${clock}${zone})?$`, "i");
/** asctime and American: Nov 23 08:00:00 GMT 2026; November 23, 2026 8:00 AM EST. */
const yearLast = new RegExp(String.raw`^([a-z]{3,9})\.? (\d{1,2}) ${clock}${zone} (\d{4})$`, "i");
const monthFirst = new RegExp(String.raw`^([a-z]{3,9})\.? (\d{1,2}),? (\d{4})(?:,? ${clock}${zone})?$`, "i");
/** ISO 8601 with a zone that it does not have, or with fractions and spaces around. */
const yearFirst = new RegExp(String.raw`^(\d{4})-(\d{2})-(\d{2})[t ]+${clock}${zone}$`, "i");

/** A date that was read, or `undefined`, and what was odd about it. */
export interface FeedDate {
  /** ISO 8601 in UTC. */
  readonly value?: string;
  readonly warning?: ArticleWarning;
}

/**
 * Reads a date as feeds write it: RFC 3339, RFC 822 and 2822 in the forms that occur, asctime and American.
 *
 * A date whose zone or time is missing is taken as UTC and as midnight, with a warning; one that cannot be read is left out
 * with a warning that has the original. Neither is a reason to lose an article.
 *
 * @param name of the field, for the warning
 */
export function readFeedDate(name: string, text: string): FeedDate {
  const shown = JSON.stringify(text.length > 80 ? `${text.slice(0, 80).toWellFormed()}…` : text);
  const parts = findParts(text);
  const instant = parts === undefined ? undefined : toInstant(parts);
  if (parts === undefined || instant === undefined) {
    return { warning: { code: "date-unreadable", detail: `${name} is ${shown}, which is no date that can be read.` } };
  }
  if (parts.hour === undefined) {
    const detail = `${name} is ${shown}, without a time; taken as midnight UTC.`;
    return { value: instant, warning: { code: "date-without-time", detail } };
  }
  if (parts.zoneMinutes === undefined) {
    const detail = `${name} is ${shown}, without a zone that is known; taken as UTC.`;
    return { value: instant, warning: { code: "date-without-zone", detail } };
  }
  return { value: instant };
}

interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number | undefined;
  readonly minute: number;
  readonly second: number;
  readonly zoneMinutes: number | undefined;
}

function findParts(raw: string): DateParts | undefined {
  if (raw.length > 200) return undefined;
  const text = dropWeekday(
    raw
      .replace(/\([^)]*\)/g, " ")
      .replace(/[\s\u00a0]+/g, " ")
      .trim(),
  );
  const first = dayFirst.exec(text);
  if (first !== null) {
    const [, day, month, year, ...time] = first;
    return makeParts([fullYear(year), monthNumber(month), day], time);
  }
  const last = yearLast.exec(text);
  if (last !== null) {
    const [, month, day, hour, minute, second, half, zoneName, year] = last;
    return makeParts([year, monthNumber(month), day], [hour, minute, second, half, zoneName]);
  }
  const american = monthFirst.exec(text);
  if (american !== null) {
    const [, month, day, year, ...time] = american;
    return makeParts([year, monthNumber(month), day], time);
  }
  const iso = yearFirst.exec(text);
  if (iso !== null) {
    const [, year, month, day, ...time] = iso;
    return makeParts([year, month, day], time);
  }
  return fromPlainDate(text);
}

/** The weekday says nothing that the date does not, and is wrong as often as not. */
function dropWeekday(text: string): string {
  const match = /^(\p{L}{2,12})\.?(?:, ?| (?=\d|\p{L}{3,9}\.? \d))/u.exec(text);
  return match === null || monthNames.test(match[1] ?? "") ? text : text.slice(match[0].length);
}

/** What pages may write as well: compact ISO, and German dates. */
function fromPlainDate(text: string): DateParts | undefined {
  const date = readDate(text);
  if (date === undefined) return undefined;
  const instant = new Date(date.hasTime && !date.hasZone ? `${date.value}Z` : date.value);
  if (Number.isNaN(instant.getTime())) return undefined;
  return {
    year: instant.getUTCFullYear(),
    month: instant.getUTCMonth() + 1,
    day: instant.getUTCDate(),
    hour: date.hasTime ? instant.getUTCHours() : undefined,
    minute: instant.getUTCMinutes(),
    second: instant.getUTCSeconds(),
    zoneMinutes: date.hasZone ? 0 : undefined,
  };
}

type Captured = string | undefined;

function makeParts(
  [year, month, day]: readonly [Captured, Captured, Captured],
  [hour, minute, second, half, zoneName]: readonly Captured[],
): DateParts {
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: hour === undefined ? undefined : readHour(hour, half),
    minute: Number(minute ?? 0),
    second: Number(second ?? 0),
    zoneMinutes: zoneName === undefined ? undefined : readZone(zoneName),
  };
}

function readHour(hour: string, half: Captured): number {
  if (half === undefined) return Number(hour);
  if (Number(hour) < 1 || Number(hour) > 12) return Number.NaN;
  return (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
}

/** RFC 2822, section 4.3: two digits up to 49 are this century, the others the last one. */
function fullYear(year: Captured): Captured {
  if (year?.length !== 2) return year;
  return Number(year) < 50 ? `20${year}` : `19${year}`;
}

const monthNames =
  /^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i;

/** "0" for what is no month, which no calendar has. */
function monthNumber(name: Captured): string {
  if (name === undefined || !monthNames.test(name)) return "0";
  return String(months.indexOf(name.slice(0, 3).toLowerCase()) + 1);
}

/** Minutes east of UTC; undefined for a name that means nothing, or too much. */
function readZone(text: string): number | undefined {
  const offset = /^(?:[a-z]+)? ?([+-]) ?(\d{1,2}):?(\d{2})?$/i.exec(text);
  if (offset === null) return zoneMinutes.get(text.toLowerCase());
  const hours = Number(offset[2]);
  const minutes = Number(offset[3] ?? 0);
  // No place on earth is further away than 14 hours.
  if (hours > 14 || minutes > 59) return undefined;
  return (offset[1] === "-" ? -1 : 1) * (hours * 60 + minutes);
}

function toInstant({
  year,
  month,
  day,
  hour = 0,
  minute,
  second,
  zoneMinutes: zone = 0,
}: DateParts): string | undefined {
  if (year < 1900 || month < 1 || minute > 59 || second > 60) return undefined;
  // 24:00 is the end of the day (ISO 8601); a leap second is counted as the one before it.
  if (!(hour <= 23 || (hour === 24 && minute === 0 && second === 0))) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  // The platform rolls 31 February over to March; what does not come back unchanged is no date.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;
  const minutes = hour * 60 + minute - zone;
  return new Date(midnight.getTime() + (minutes * 60 + Math.min(second, 59)) * 1000).toISOString();
}
