import * as z from "zod";
import { ArticleId } from "./article-id.ts";

/**
 * What happened to an article. `duplicate` is `created` for a copy; `clusterChanged` says that its role in its story is
 * another one, as when it took the place of a retracted original.
 */
const ChangeType = z.enum(["created", "updated", "duplicate", "retracted", "clusterChanged"]);

export const Change = z
  .object({
    type: ChangeType,
    id: ArticleId,
    revision: z.int().min(1).describe("The current one after the change"),
    clusterId: z.string(),
    partner: z.string().optional().describe("Who sent the article; absent in changes from before it was kept here"),
    source: z.string().optional().describe("The publication, as far as it is known"),
    language: z.string().optional().describe("Of a retraction: the language that the article had"),
    at: z.iso.datetime().describe("When it was accepted, by the clock of the instance that did so; not the order"),
  })
  .meta({ id: "Change" });
export type Change = z.infer<typeof Change>;
