import type { ArticleEvent } from "../api/event.ts";
import type { EventFilter } from "../stores/subscriber-record.ts";

/**
 * Whether a subscriber wants an event. One that names partners does not get what does not say its partner, and so on; but a
 * retraction that does not say whose it is, as an erasure leaves it, concerns whoever may have the article.
 */
export function isWanted({ types, partners, sources, languages }: EventFilter, event: ArticleEvent): boolean {
  const isIn = (wanted: readonly string[] | undefined, value: string | undefined) =>
    wanted === undefined || (value !== undefined && wanted.includes(value));
  if (event.type === "retracted" && event.partner === undefined) return isIn(types, event.type);
  return (
    isIn(types, event.type) &&
    isIn(partners, event.partner) &&
    isIn(sources, event.source) &&
    isIn(languages, event.language)
  );
}
