import { ProblemError } from "./api/problem.ts";
import { submissionLimits } from "./api/submission.ts";
import type { SubmissionResult } from "./api/submission-result.ts";
import type { ArticleRules } from "./article/article-rules.ts";
import type { ArticleAddress } from "./article-address.ts";
import type { ParsedItem } from "./formats/parsed-item.ts";
import { type IngestContext, ingestArticle } from "./ingest-article.ts";
import type { CheckArticle } from "./precondition.ts";
import { retractArticle } from "./retract-article.ts";

/** Who sends an item, and how it is meant. */
export interface ItemRequest {
  readonly partner: string;
  /** What ops has set for the partner's articles. */
  readonly rules: ArticleRules | undefined;
  /** Where the item is put, whatever ID it has itself; absent, its own ID names it, or else its URL or its text. */
  readonly address?: ArticleAddress | undefined;
  readonly ifMatch?: string | undefined;
  /** Throws where the article, as it stands, is to be left as it is. */
  readonly check?: CheckArticle | undefined;
  readonly validateOnly: boolean;
}

/** What became of an item: taken in, with the result that the partner is told of, or retracted. */
export type SubmittedItem =
  | { readonly status: 200 | 201; readonly result: SubmissionResult; readonly etag: string }
  | { readonly status: 204; readonly etag: string };

/**
 * Takes in or retracts one item of any format: what a single submission, an item of a batch and one of an import have in
 * common.
 *
 * @throws ProblemError when the partner has to change something; other errors are those of the stores
 */
export async function submitItem(
  item: ParsedItem,
  { partner, rules, ifMatch, check, validateOnly, ...request }: ItemRequest,
  context: IngestContext,
): Promise<SubmittedItem> {
  const { partnerArticleId } = item;
  if (item.action === "retract") {
    const address = request.address ?? { partnerArticleId: item.partnerArticleId };
    return {
      status: 204,
      etag: await retractArticle({ partner, address, ifMatch, check, validateOnly }, context),
    };
  }
  const address = request.address ?? (partnerArticleId === undefined ? undefined : { partnerArticleId });
  const { metadata, document } = item;
  refuseLarge(document.bytes.byteLength);
  const { result, etag } = await ingestArticle(
    { partner, rules, address, metadata, document, ifMatch, check, validateOnly },
    context,
  );
  const isNew = result.outcome === "created" || result.outcome === "duplicate";
  return { status: isNew && !validateOnly ? 201 : 200, result, etag };
}

/** A batch may have more bytes than an article may. */
function refuseLarge(bytes: number): void {
  const { maxUnpackedBytes } = submissionLimits;
  if (bytes <= maxUnpackedBytes) return;
  const [has, limit] = [bytes, maxUnpackedBytes].map((count) => count.toLocaleString("en"));
  throw new ProblemError("body-too-large", `The article has ${has} bytes; an article may have ${limit}.`);
}
