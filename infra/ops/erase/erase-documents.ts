import type { SearchIndex } from "../../../shared/stores/search-index.ts";
import { OpsError } from "../manage-keys.ts";
import type { ErasurePlace, ErasureTarget } from "./erasure-work.ts";

/** For so long the engine may show what was taken out of it. */
const longestLagMs = 120_000;

/**
 * The search index follows the articles by itself; but what its feed gave up is in no stream any more. When this runs, the raw bytes
 * are gone, so nobody can put a document in again.
 */
export function openDocumentsPlace(
  index: Pick<SearchIndex, "findIds" | "writeDocuments">,
  sleep: (milliseconds: number) => Promise<void>,
): ErasurePlace {
  const find = (target: ErasureTarget) =>
    index.findIds(
      target.kind === "partner" ? { field: "partner", value: target.partner } : { field: "id", value: target.id },
    );

  return {
    name: "search index",
    async erase(target) {
      for (let waitedMs = 0; waitedMs < longestLagMs; waitedMs += 1000) {
        const ids = await find(target);
        if (ids.length === 0) return;
        await index.writeDocuments([], ids);
        await sleep(1000);
      }
    },
    async count(target) {
      const ids = await find(target).catch((error: Error) => {
        throw new OpsError(
          `The search index cannot be looked into: ${error.message}. Deploy with -c searchOperator=ARN, the role that you are.`,
        );
      });
      return ids.length;
    },
  };
}
