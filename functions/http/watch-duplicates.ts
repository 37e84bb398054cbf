/** So many articles of a partner in a row, of which at least this share are copies, are worth a look. */
const suspicious = { articles: 100, share: 0.98 };

/** As with keys: nothing grows without bound. */
const maxWatchedPartners = 1000;

export interface DuplicateWatch {
  /**
   * Counts what became of a partner's articles.
   *
   * @returns 1 when its last hundred were nearly all copies of what others had sent, and 0 when they were not; nothing while
   *   the hundred is not full
   */
  count(partner: string, seen: { readonly articles: number; readonly duplicates: number }): 0 | 1 | undefined;
}

/**
 * Watches for a partner that sends nothing but copies. It is done here, in each instance for what it sees, since a metric for
 * each partner would cost more than the partner's submissions. A partner in a hurry fills the hundred of an instance within
 * minutes; one that sends a few articles an hour may never do so.
 */
export function watchDuplicates(): DuplicateWatch {
  const windows = new Map<string, { articles: number; duplicates: number }>();
  return {
    count(partner, seen) {
      const window = windows.get(partner) ?? { articles: 0, duplicates: 0 };
      window.articles += seen.articles;
      window.duplicates += seen.duplicates;
      windows.delete(partner);
      if (window.articles >= suspicious.articles) {
        return window.duplicates >= suspicious.share * window.articles ? 1 : 0;
      }
      windows.set(partner, window);
      const oldest = windows.size > maxWatchedPartners ? windows.keys().next().value : undefined;
      if (oldest !== undefined) windows.delete(oldest);
      return undefined;
    },
  };
}
