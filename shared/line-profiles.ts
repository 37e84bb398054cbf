import { decodeLineProfile, encodeLineProfile } from "./article/near/encode-line-profile.ts";
import {
  addArticle,
  emptyLineProfile,
  joinProfiles,
  type LineProfile,
  type ProfiledArticle,
} from "./article/near/line-profile.ts";
import { removeRecurringLines } from "./article/near/recurring-lines.ts";
import type { ArticleTable } from "./stores/article-table.ts";

/** What is known of the lines that recur in the articles of a partner: its footers, appeals, legal notices. */
export interface LineProfiles {
  /** Lines of an article without those that recur. */
  removeRecurring(partner: string, article: ProfiledArticle): Promise<readonly string[]>;
  /** Never throws: a lost lesson is learned again from the next articles. */
  learn(partner: string, article: ProfiledArticle): Promise<void>;
}

interface Remembered {
  profile: LineProfile;
  /** Articles that were learned since it was saved. */
  unsaved: number;
  readAt: number;
}

/** A profile grows slowly; what another instance has learned may come a few minutes later. */
const rememberedMs = 5 * 60_000;

/** Partners at a time; the one that was read first is forgotten first. */
const maxRemembered = 500;

/**
 * A profile of so few articles has something to learn from each, and is saved often: after so many articles, and else by
 * chance after any, since an instance may not live to see its next one.
 */
const youngArticles = 32;
const savedAfter = { young: 4, old: 16 } as const;

/**
 * The line profiles of all partners, each in one item, remembered by the instance. At first a new article costs a
 * quarter of a read and of a write, or two in an instance that lives on, and later a quarter of that. Writers join what they
 * have learned; of two at the same moment one may lose a lesson.
 *
 * @param options.onFault called when a profile could not be saved
 */
export function openLineProfiles(
  table: Pick<ArticleTable, "getLineProfile" | "putLineProfile">,
  options: { readonly now: () => Date; readonly random: () => number; readonly onFault: (error: unknown) => void },
): LineProfiles {
  const remembered = new Map<string, Remembered>();

  async function recall(partner: string): Promise<Remembered> {
    const now = options.now().getTime();
    const known = remembered.get(partner);
    if (known !== undefined && now - known.readAt < rememberedMs) return known;
    const bytes = await table.getLineProfile(partner);
    const stored = bytes === undefined ? emptyLineProfile : decodeLineProfile(bytes);
    const profile = known === undefined ? stored : joinProfiles(known.profile, stored);
    const entry = { profile, unsaved: known?.unsaved ?? 0, readAt: now };
    remembered.delete(partner);
    const oldest = remembered.size >= maxRemembered ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
    remembered.set(partner, entry);
    return entry;
  }

  async function save(partner: string, entry: Remembered): Promise<void> {
    // Counted down at once: of many articles that are learned at the same time, not all shall save.
    const { unsaved } = entry;
    entry.unsaved = 0;
    try {
      const bytes = await table.getLineProfile(partner);
      if (bytes !== undefined) entry.profile = joinProfiles(entry.profile, decodeLineProfile(bytes));
      await table.putLineProfile(partner, encodeLineProfile(entry.profile));
    } catch (error) {
      entry.unsaved += unsaved;
      throw error;
    }
  }

  return {
    async removeRecurring(partner, article) {
      const { profile } = await recall(partner);
      return removeRecurringLines(profile, article);
    },

    async learn(partner, article) {
      try {
        const entry = await recall(partner);
        entry.profile = addArticle(entry.profile, article);
        entry.unsaved++;
        const often = savedAfter[entry.profile.articleCount <= youngArticles ? "young" : "old"];
        if (entry.unsaved >= often || options.random() < 1 / often) await save(partner, entry);
      } catch (error) {
        options.onFault(error);
      }
    },
  };
}
