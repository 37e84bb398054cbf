import { ProblemError } from "../../shared/api/problem.ts";
import { diffTexts, diffWords } from "../../shared/article/diff-texts.ts";
import { keepRevision } from "../../shared/keep-revision.ts";
import { makeReadingEtag, readStoredArticle } from "../../shared/read-stored-article.ts";
import type { LiveArticle, RevisionRecord } from "../../shared/stores/article-record.ts";
import { connectS3 } from "../../shared/stores/aws-clients.ts";
import { openRawBucket } from "../../shared/stores/raw-bucket.ts";
import { connectReader } from "./connect-reader.ts";
import { findArticle } from "./find-article.ts";
import { readSetting } from "./read-setting.ts";

/** A revision with what its raw bytes say, by today's policy. */
export interface ReadRevision {
  readonly revision: RevisionRecord;
  readonly text: string;
  readonly html: string;
}

/** What has changed from one revision to another, in the title and line by line. */
export function compareRevisions(from: ReadRevision, to: ReadRevision) {
  return {
    title: diffWords(from.revision.title ?? "", to.revision.title ?? ""),
    lines: diffTexts(from.text, to.text),
  };
}

/** Reads revisions of articles, one of them or two to compare. Called once, when the function is loaded. */
export function openRevisions() {
  const { articles, keys } = connectReader();
  const bucket = openRawBucket(connectS3(), readSetting("RAW_BUCKET"));

  async function findRevision(article: LiveArticle, number: number): Promise<RevisionRecord> {
    if (number === article.revision) return keepRevision(article).revision;
    const found = number < article.revision ? await articles.getRevision(article.id, number) : undefined;
    if (found !== undefined) return found;
    const last = article.revision;
    throw new ProblemError("not-found", `The article has no revision ${number}; its revisions are 1 to ${last}.`);
  }

  async function readRevision(article: LiveArticle, number: number): Promise<ReadRevision> {
    const revision = await findRevision(article, number);
    const { raw, title, url } = revision;
    const bytes = await bucket.getRaw(article.partner, raw.sha256);
    const { text, html } = readStoredArticle({ raw, title, url, language: article.language }, bytes);
    return { revision, text, html };
  }

  return {
    keys,
    /** @throws ProblemError `not-found` when the article or a revision of that number is not there, `retracted` */
    async readRevisions({ id, revisions }: { readonly id: string; readonly revisions: readonly number[] }) {
      const article = await findArticle(articles, id);
      const [first = 1, second] = revisions;
      const [from, to] = await Promise.all([
        readRevision(article, first),
        second === undefined ? undefined : readRevision(article, second),
      ]);
      const etag = makeReadingEtag(article).replace(/"$/, `-${revisions.join("-")}"`);
      return { article, from, to, etag };
    },
  };
}
