import { make } from "./make-element.ts";

const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const both = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** The day of an instant where the reader is, in words. */
export function nameDay(instant: string): string {
  return day.format(new Date(instant));
}

/** Hours and minutes where the reader is. */
export function showClock(instant: string): HTMLTimeElement {
  return make("time", { datetime: instant, title: instant }, clock.format(new Date(instant)));
}

/** The day of an instant where the reader is, in short. */
export function showDay(instant: string): HTMLTimeElement {
  return make("time", { datetime: instant, title: instant }, shortDay.format(new Date(instant)));
}

/** Day and time where the reader is. */
export function showTime(instant: string): HTMLTimeElement {
  return make("time", { datetime: instant, title: instant }, both.format(new Date(instant)));
}

/** Hours and minutes of a time in milliseconds. */
export function nameMinute(time: number): string {
  return clock.format(time);
}
