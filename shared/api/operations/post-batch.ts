import * as z from "zod";
import { ItemAnswer, OutcomeCounts } from "../item-answer.ts";
import { defineOperation } from "../operation.ts";
import { validateOnly } from "../parameters/submission-query.ts";
import { Article, batchLimits, JsonFeed, Ninjs, submissionLimits } from "../submission.ts";
import { submissionBody } from "../submission-body.ts";

export const postBatch = defineOperation({
  id: "post-batch",
  method: "POST",
  path: "/v1/batches",
  summary: "Submit many articles: a feed, a list, lines of JSON",
  description: `Takes in the items of a document, of any format, in their order. The answer is 200 with one answer per item, which has the status and body that the item would have had alone; one bad item never harms another. What there was no time for is \`deferred\`: send those items again. A batch may have ${batchLimits.maxItems} items, ${batchLimits.maxBodyBytes / 1024 ** 2} MB as received (${submissionLimits.maxBodyBytes / 1024 ** 2} MB where the gateway hands it on as base64: gzip, NDJSON and text that is not UTF-8) and ${batchLimits.maxUnpackedBytes / 1024 ** 2} MB unpacked.`,
  scope: "submit",
  takesQuota: true,
  params: z.strictObject({}),
  query: z.strictObject({ validateOnly }),
  headers: z.object({}),
  body: {
    ...submissionBody,
    "application/json": z.union([Article, Ninjs, JsonFeed, z.array(z.union([Article, Ninjs]))]),
  },
  responses: {
    200: {
      description: "What became of each item, in order",
      schema: z.object({ items: z.array(ItemAnswer), counts: OutcomeCounts }).meta({ id: "BatchAnswer" }),
    },
  },
});
