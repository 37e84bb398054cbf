import * as z from "zod";
import { type QuotaLimits, resolveQuota, windowSeconds } from "./quota-limits.ts";

/** Shorter windows would have every instance ask for its share too often, and tolerate less difference between clocks. */
const minWindowSeconds = 10;
const maxWindowSeconds = 3600;

const count = z.int().min(1).max(10_000_000);

/** Limits as ops sets them; each that is absent is the default. */
export const QuotaSettings = z
  .strictObject({ perMinute: count.optional(), burst: count.optional(), dailyArticles: count.optional() })
  .refine((settings) => isWindow(resolveQuota(settings)), {
    path: ["burst"],
    message: "must be between a sixth of perMinute and sixty times as much",
  });
export type QuotaSettings = z.infer<typeof QuotaSettings>;

function isWindow(limits: QuotaLimits): boolean {
  const seconds = windowSeconds(limits);
  return seconds >= minWindowSeconds && seconds <= maxWindowSeconds;
}
