import * as z from "zod";
import { Change } from "./change.ts";

/**
 * A change as it is told to others: on the event bus it is the detail, in a webhook the data. It says what to read anew, not
 * what is there now: between the event and the read there may have been other changes.
 */
export const ArticleEvent = z
  .object({
    eventId: z
      .string()
      .regex(/^evt_[0-9a-f]{32}$/)
      .describe("Of the change. What comes again has the same, so it tells what has been dealt with"),
    sequence: z
      .string()
      .regex(/^\d{12}-\d{4}$/)
      .describe("The place in the one order of all changes; as text, an earlier one is the smaller"),
    ...Change.shape,
  })
  .meta({ id: "ArticleEvent" });
export type ArticleEvent = z.infer<typeof ArticleEvent>;

/** What an event is called outside, for example `article.created`. */
export const eventName = (type: Change["type"]): `article.${Change["type"]}` => `article.${type}`;

export const eventNames = Change.shape.type.options.map(eventName);

/** Who an event on the bus comes from. */
export const eventSource = "copydesk";

/** Sent when ops asks for it, to try out an address. */
export const testEventName = "webhook.test";

/** The body of a webhook, after Standard Webhooks. */
export const Webhook = z
  .object({
    type: z.enum(eventNames),
    timestamp: z.iso.datetime().describe("When the change was accepted"),
    data: ArticleEvent,
  })
  .meta({ id: "Webhook" });
export type Webhook = z.infer<typeof Webhook>;
