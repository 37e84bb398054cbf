/** A date as it was written, brought to one form, with as much as is known: `2026-11-23`, `2026-11-23T08:00:00+01:00`. */
export interface ReadDate {
  /** RFC 3339; without a time where none was given, without a zone where none was given. */
  readonly value: string;
  readonly hasTime: boolean;
  readonly hasZone: boolean;
}

const isoDate =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)? ?(z|utc|gmt|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i;
const compactDate = /^(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?)?(z|[+-]\d{4})?$/i;
const mailDate =
  /^(?:[a-z]{3,9}, ?)?(\d{1,2}) ([a-z]{3,9})\.? (\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))? ?([a-z]{1,4}|[+-]\d{4})?)?$/i;
const americanDate =
  /^(?:[a-z]{3,9}, ?)?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? (?:at )?(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/i;
const dottedDate = /^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})(?:,? (?:um )?(\d{1,2}):(\d{2})(?: uhr)?)?$/i;

const months: readonly string[] = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** Zones by letters that RFC 2822 defines; others mean different things in different places. */
const zones: ReadonlyMap<string, string> = new Map([
  ["z", "Z"],
  ["utc", "Z"],
  ["gmt", "Z"],
  ["ut", "Z"],
  ["est", "-05:00"],
  ["edt", "-04:00"],
  ["cst", "-06:00"],
  ["cdt", "-05:00"],
  ["mst", "-07:00"],
  ["mdt", "-06:00"],
  ["pst", "-08:00"],
  ["pdt", "-07:00"],
]);

/**
 * Reads a date as pages write them for machines: ISO 8601, RFC 2822, compact, and the plain American and German forms.
 *
 * A zone is never guessed: `hasZone` says whether there was one. Orders that cannot be told apart, like 03/04/2026, are
 * refused.
 */
export function readDate(text: string): ReadDate | undefined {
  const trimmed = text.trim().replace(/\s+/g, " ");
  if (trimmed.length > 64) return undefined;
  let match = isoDate.exec(trimmed) ?? compactDate.exec(trimmed);
  if (match !== null) {
    const [, year, month, day, hour, minute, second, zone] = match;
    return build({ year, month, day, hour, minute, second, zone });
  }
  match = mailDate.exec(trimmed);
  if (match !== null) {
    const [, day, month, year, hour, minute, second, zone] = match;
    return build({ year, month: monthNumber(month), day, hour, minute, second, zone });
  }
  match = americanDate.exec(trimmed);
  if (match !== null) {
    const [, month, day, year, hour, minute, second] = match;
    return build({ year, month: monthNumber(month), day, hour, minute, second, zone: undefined });
  }
  match = dottedDate.exec(trimmed);
  if (match !== null) {
    const [, day, month, year, hour, minute] = match;
    return build({ year, month, day, hour, minute, second: undefined, zone: undefined });
  }
  return undefined;
}

function monthNumber(name: string | undefined): string {
  return String(months.indexOf((name ?? "").slice(0, 3).toLowerCase()) + 1);
}

type DateParts = Readonly<Record<"year" | "month" | "day" | "hour" | "minute" | "second" | "zone", string | undefined>>;

function build(parts: DateParts): ReadDate | undefined {
  const { year = "", month = "", day = "", hour, minute = "0", second = "0" } = parts;
  const date = `${year}-${pad(month)}-${pad(day)}`;
  const instant = new Date(`${date}T00:00:00Z`);
  // The platform rolls 31 February over to March; what does not come back unchanged is no date.
  if (Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(date)) return undefined;
  if (Number(year) < 1900) return undefined;
  if (hour === undefined) return { value: date, hasTime: false, hasZone: false };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zone = readZone(parts.zone);
  const time = `${pad(hour)}:${pad(minute)}:${pad(second)}`;
  return { value: `${date}T${time}${zone ?? ""}`, hasTime: true, hasZone: zone !== undefined };
}

const pad = (number: string): string => number.padStart(2, "0");

function readZone(zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (offset !== null) return `${offset[1]}${offset[2]}:${offset[3] ?? "00"}`;
  return zones.get(zone.toLowerCase());
}
