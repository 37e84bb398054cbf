import * as z from "zod";
import { ArticleEvent, eventNames, eventSource } from "../shared/api/event.ts";

/** The schema of an event as rules and their targets get it: what EventBridge puts around, and the detail. */
export function describeEventSchema(): object {
  const envelope = z
    .object({
      version: z.string(),
      id: z.string().describe("Of the delivery; to tell repeats, use detail.eventId"),
      "detail-type": z.enum(eventNames),
      source: z.literal(eventSource),
      account: z.string(),
      time: z.iso.datetime(),
      region: z.string(),
      resources: z.array(z.string()),
      detail: ArticleEvent,
    })
    .meta({ title: "ArticleEvent" });
  return z.toJSONSchema(envelope, { target: "draft-04", reused: "inline", io: "input" });
}
