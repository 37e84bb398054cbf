import { getArticleRevisionHtml } from "../shared/api/operations/get-article-revision-html.ts";
import { diffStyleSource, renderDiff } from "../shared/article/render-diff.ts";
import type { RevisionRecord } from "../shared/stores/article-record.ts";
import { sandbox } from "./http/document-function.ts";
import { httpFunction } from "./http/http-function.ts";
import { compareRevisions, openRevisions } from "./http/open-revisions.ts";

const { readRevisions, keys } = openRevisions();
const contentType = "text/html; charset=utf-8";
const styled = {
  ...sandbox,
  "Content-Security-Policy": `${sandbox["Content-Security-Policy"]}; style-src ${diffStyleSource}`,
};

export const handler = httpFunction(
  getArticleRevisionHtml,
  async ({ params }) => {
    const { article, from, to, etag } = await readRevisions(params);
    if (to === undefined) return { status: 200, headers: { ETag: etag, ...sandbox }, bytes: from.html, contentType };
    const bytes = renderDiff({
      language: article.language,
      from: describe(from.revision),
      to: describe(to.revision),
      ...compareRevisions(from, to),
    });
    return { status: 200, headers: { ETag: etag, ...styled }, bytes, contentType };
  },
  { keys },
);

function describe({ revision, acceptedAt }: RevisionRecord): string {
  return `revision ${revision} of ${acceptedAt.slice(0, "2026-11-23T09:00".length).replace("T", " ")} UTC`;
}
