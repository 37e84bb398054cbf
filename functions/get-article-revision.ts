import { getArticleRevision } from "../shared/api/operations/get-article-revision.ts";
import { httpFunction } from "./http/http-function.ts";
import { compareRevisions, openRevisions } from "./http/open-revisions.ts";

const { readRevisions, keys } = openRevisions();

export const handler = httpFunction(
  getArticleRevision,
  async ({ params }) => {
    const { from, to, etag } = await readRevisions(params);
    const headers = { ETag: etag };
    if (to === undefined) return { status: 200, headers, json: { ...from.revision, text: from.text } };
    const difference = compareRevisions(from, to);
    return { status: 200, headers, json: { from: from.revision, to: to.revision, ...difference } };
  },
  { keys },
);
