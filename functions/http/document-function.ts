import type { getArticleHtml } from "../../shared/api/operations/get-article-html.ts";
import type { getArticleRaw } from "../../shared/api/operations/get-article-raw.ts";
import type { getArticleText } from "../../shared/api/operations/get-article-text.ts";
import { matchesEtag } from "../../shared/precondition.ts";
import type { LiveArticle } from "../../shared/stores/article-record.ts";
import { connectS3 } from "../../shared/stores/aws-clients.ts";
import { openRawBucket } from "../../shared/stores/raw-bucket.ts";
import { connectReader } from "./connect-reader.ts";
import { findArticle } from "./find-article.ts";
import { type HttpHandler, httpFunction } from "./http-function.ts";
import { readSetting } from "./read-setting.ts";

/** Should a browser open somebody else's HTML from here, nothing in it may run or load from us. */
export const sandbox = {
  "Content-Security-Policy":
    "sandbox; default-src 'none'; img-src http: https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
};

/**
 * Makes the handler of an operation that gives an article as a document, made from its raw bytes.
 *
 * @param document.makeEtag changes when the document does; a reader that has it costs no read of the raw bytes
 */
export function documentFunction(
  operation: typeof getArticleHtml | typeof getArticleText | typeof getArticleRaw,
  document: {
    readonly makeEtag: (article: LiveArticle) => string;
    readonly render: (article: LiveArticle, raw: Uint8Array) => { bytes: Uint8Array | string; contentType: string };
    readonly headers?: Readonly<Record<string, string>>;
  },
): HttpHandler {
  const { articles, keys } = connectReader();
  const bucket = openRawBucket(connectS3(), readSetting("RAW_BUCKET"));
  return httpFunction(
    operation,
    async ({ params, headers }) => {
      const article = await findArticle(articles, params.id);
      const ETag = document.makeEtag(article);
      const known = headers["if-none-match"];
      if (known !== undefined && matchesEtag(known, ETag)) return { status: 304, headers: { ETag } };
      const raw = await bucket.getRaw(article.partner, article.raw.sha256);
      return { status: 200, headers: { ETag, ...sandbox, ...document.headers }, ...document.render(article, raw) };
    },
    { keys },
  );
}
