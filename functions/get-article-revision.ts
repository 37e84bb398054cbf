import { getArticleRevision } from "../shared/api/operations.ts";
import { diffTexts, diffWords } from "../shared/article/diff-texts.ts";
import { httpFunction } from "./http/http-function.ts";
import { openRevisions } from "./http/open-revisions.ts";

const { readRevisions, keys } = openRevisions();

export const handler = httpFunction(
  getArticleRevision,
  async ({ params }) => {
    const { from, to, etag } = await readRevisions(params);
    const headers = { ETag: etag };
    if (to === undefined) return { status: 200, headers, json: { ...from.revision, text: from.text } };
    const title = diffWords(from.revision.title ?? "", to.revision.title ?? "");
    const lines = diffTexts(from.text, to.text);
    return { status: 200, headers, json: { from: from.revision, to: to.revision, title, lines } };
  },
  { keys },
);
