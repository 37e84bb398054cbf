import type { ArticleRecord } from "../../shared/stores/article-record.ts";
import type { ArticleWrite } from "../../shared/stores/article-writes.ts";
import type { MemoryStores } from "../support/memory-stores.ts";
import { Violation } from "./check-state.ts";
import { rawDigestOf, type Wish } from "./scenario.ts";

/** What a client was told, and holds us to. */
export interface Acknowledgement {
  readonly wish: Wish;
  readonly id: string;
  readonly etag: string;
  /** For a submission. */
  readonly told?: {
    readonly revision: number;
    readonly clusterId: string;
    readonly duplicateOf?: { readonly id: string } | undefined;
  };
}

export interface History {
  /**
   * Notes what a transaction has written. Throws a Violation when it went over what somebody else had written, or over
   * another version than the client has said.
   */
  note(writes: readonly ArticleWrite[], ifMatch: string | undefined): void;
  /** Whether the article was ever in this status. */
  has(id: string, status: ArticleRecord["status"]): boolean;
  /** What was told must be what stood there at that time. Throws a Violation when it was not. */
  checkTold(acknowledgement: Acknowledgement): void;
}

/** Every version of every article, as they were committed. */
export function openHistory(): History {
  const versions = new Map<string, ArticleRecord[]>();
  return {
    note(writes, ifMatch) {
      for (const [index, write] of writes.entries()) {
        if (write.kind !== "article") continue;
        const { article } = write;
        // The first is the client's own article; another one is an heir.
        if (index === 0 && ifMatch !== undefined && article.version !== readVersion(ifMatch) + 1) {
          throw new Violation(
            `version ${article.version} of ${article.id} is written, for a client that knew ${ifMatch}`,
          );
        }
        const known = versions.get(article.id) ?? [];
        versions.set(article.id, known);
        if (article.version !== known.length + 1) {
          throw new Violation(
            `version ${article.version} of ${article.id} is written upon version ${known.length}: an update is lost`,
          );
        }
        known.push(article);
      }
    },

    has: (id, status) => (versions.get(id) ?? []).some((article) => article.status === status),

    checkTold({ wish, id, etag, told }) {
      const article = versions.get(id)?.[readVersion(etag) - 1];
      const fail = (what: string) => {
        throw new Violation(`${wish.kind} of ${id} was answered ${etag}, but that ${what}`);
      };
      if (article === undefined) return fail("version was never written");
      if (article.partner !== wish.partner) return fail(`is an article of ${article.partner}`);
      if (told === undefined) return article.status === "retracted" ? undefined : fail("version is not retracted");
      if (article.status !== "live") return fail("version is retracted");
      if (article.raw.sha256 !== rawDigestOf(wish)) return fail("version has other raw bytes");
      if (article.revision !== told.revision) return fail(`version is revision ${article.revision}`);
      if (article.clusterId !== told.clusterId) return fail(`version is in ${article.clusterId}`);
      if (article.duplicate?.originalId !== told.duplicateOf?.id) return fail("version has another original");
    },
  };
}

/** What was acknowledged must still be there: the article, at that version or a later one, and the revision with its bytes. */
export function checkKept({ wish, id, etag, told }: Acknowledgement, stores: MemoryStores): void {
  const article = stores.articles.get(id);
  const lost = (what: string) => new Violation(`${wish.kind} of ${id} was acknowledged, and ${what}`);
  if (article === undefined) throw lost("there is no such article");
  if (article.version < readVersion(etag)) throw lost(`the article is at version ${article.version} < ${etag}`);
  if (told === undefined) return;
  const isCurrent = article.status === "live" && article.revision === told.revision;
  const raw = isCurrent ? article.raw : stores.revisions.get(`${id}#${told.revision}`)?.raw;
  if (raw?.sha256 !== rawDigestOf(wish)) throw lost(`revision ${told.revision} is gone`);
  if (!stores.objects.has(`${wish.partner}/${raw.sha256}`)) throw lost("its raw bytes are gone");
}

/** `"v3"` is version 3. */
export function readVersion(etag: string): number {
  return Number(etag.slice(2, -1));
}
