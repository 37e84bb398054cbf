import { dayOf } from "../../../shared/stores/table-keys.ts";
import { OpsError } from "../manage-keys.ts";

/** A day of the export, as in `2026-11-23` (UTC). */
export type Day = string;

const dayPattern = /^\d{4}-\d\d-\d\d$/;

/** Whether it is a day that exists. */
export function isDay(text: string): boolean {
  if (!dayPattern.test(text)) return false;
  const date = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(date.getTime()) && dayOf(date.toISOString()) === text;
}

/** The day that is so many days later, or earlier. */
export function addDays(day: Day, days: number): Day {
  const date = new Date(`${day}T00:00:00.000Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return dayOf(date.toISOString());
}

/** How many days there are from one to the other, both counted. */
export function countDays(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

/** @throws OpsError when there is no day from one to the other */
export function checkDays(from: Day, to: Day): void {
  if (from > to) throw new OpsError(`There is no day from ${from} to ${to}. --from is the first day, --to the last.`);
}
