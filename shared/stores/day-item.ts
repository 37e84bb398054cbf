import { Day } from "./article-record.ts";

/** A day from its item. */
export function readDayItem(item: Readonly<Record<string, unknown>>): Day {
  return Day.parse({ ...item, day: item["sk"] });
}
