import * as z from "zod";
import { ArticleEvent } from "../api/event.ts";

/** Which events a subscriber wants; what is absent leaves nothing out. */
export const EventFilter = z.object({
  types: z.array(ArticleEvent.shape.type).optional(),
  partners: z.array(z.string()).optional(),
  sources: z.array(z.string()).optional(),
  languages: z.array(z.string()).optional(),
});
export type EventFilter = z.infer<typeof EventFilter>;

/** What keeps the position where it is: something behind it has failed. */
export const Hold = z.object({
  /** Since then nothing has got through. */
  since: z.string(),
  /** Attempts since then. */
  attempts: z.int(),
  /** Events that have failed, by their sequence: how often, and when for the first time. */
  tries: z.record(z.string(), z.object({ count: z.int(), since: z.string() })),
  fault: z.string(),
});
export type Hold = z.infer<typeof Hold>;

/** A subscriber, and how far it has been told. */
export const SubscriberRecord = z.object({
  id: z.string(),
  url: z.string(),
  filter: EventFilter,
  createdAt: z.string(),
  /** All before this place in the log is delivered, unwanted or parked. */
  position: z.object({ entry: z.int(), read: z.int() }),
  /** Events on the dead-letter list. */
  parked: z.int(),
  /** Sequences behind the position that are dealt with all the same. */
  done: z.array(z.string()).optional(),
  hold: Hold.optional(),
  /** What is held is not to be tried before. */
  dueAt: z.string().optional(),
  deliveredAt: z.string().optional(),
  paused: z.object({ at: z.string(), reason: z.string() }).optional(),
  /** Ops wants what is parked to be sent again; what stands up to this sequence has had its turn. */
  redrive: z.object({ requestedAt: z.string(), after: z.string(), delivered: z.int(), failed: z.int() }).optional(),
  redriven: z.object({ at: z.string(), delivered: z.int(), failed: z.int() }).optional(),
  /** Ops wants a test event to be sent. */
  testWanted: z.string().optional(),
  tested: z.object({ at: z.string(), outcome: z.string() }).optional(),
  /**
   * Who works for the subscriber; every write of theirs is on condition that it still stands. When the message that they work
   * on comes again, they are gone, whatever the lease says.
   */
  lease: z.object({ token: z.string(), messageId: z.string(), expiresAt: z.string() }).optional(),
  /** Somebody had a message for the subscriber while it was worked for. */
  knockedAt: z.string().optional(),
});
export type SubscriberRecord = z.infer<typeof SubscriberRecord>;

/** What webhooks to a subscriber are signed with, oldest first. */
export const SubscriberSecrets = z.object({
  secrets: z.array(z.object({ id: z.string(), secret: z.string(), createdAt: z.string() })),
  /** Counts the writes of ops, so that two of them at once do not undo each other. */
  version: z.int(),
});
export type SubscriberSecrets = z.infer<typeof SubscriberSecrets>;

/** An event on the dead-letter list; without `fault` it stands behind one of the same article. */
export const ParkedEvent = z.object({
  event: ArticleEvent,
  parkedAt: z.string(),
  tries: z.int(),
  fault: z.string().optional(),
});
export type ParkedEvent = z.infer<typeof ParkedEvent>;
