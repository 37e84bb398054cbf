import { setTimeout as sleep } from "node:timers/promises";
import { findPartner, OpsError } from "../manage-keys.ts";
import type { OpenStack } from "../open-stack.ts";
import { renderTable } from "../render-table.ts";
import type { ShowProgress } from "../show-progress.ts";
import { type ErasureReport, erase } from "./erase.ts";
import { openChangesPlace } from "./erase-changes.ts";
import { openDocumentsPlace } from "./erase-documents.ts";
import { openParkedEventsPlace } from "./erase-parked-events.ts";
import type { ErasurePlace, ErasureTarget } from "./erasure-work.ts";

export interface EraseCommand {
  readonly article?: string;
  readonly partner?: string;
  readonly reason: string;
  readonly by: string;
  readonly yes: boolean;
}

/** @throws OpsError when there is nothing of this name, or nobody has said that it is meant */
export async function runErase(
  { article, partner, reason, by, yes }: EraseCommand,
  stack: OpenStack,
  progress: ShowProgress,
): Promise<ErasureReport> {
  const target = await findTarget({ article, partner }, stack);
  if (!yes) {
    const what =
      target.kind === "article"
        ? `the article ${target.id} of ${target.partner}`
        : `the partner ${target.partner}, its keys and settings, and all that it has ever sent`;
    throw new OpsError(`Add --yes to erase ${what}. It cannot be undone.`);
  }
  const pausing = { ...stack, sleep: async (milliseconds: number) => void (await sleep(milliseconds)) };
  return erase(target, { by, reason }, { ...pausing, others: openPlaces(pausing) }, progress);
}

/** What follows the articles: parked events say what the log said, so they come after it. */
function openPlaces(
  stack: OpenStack & { readonly sleep: (milliseconds: number) => Promise<void> },
): readonly ErasurePlace[] {
  return [
    openChangesPlace(stack),
    openParkedEventsPlace(stack),
    ...(stack.searchIndex === undefined ? [] : [openDocumentsPlace(stack.searchIndex, stack.sleep)]),
  ];
}

async function findTarget(
  { article: id, partner }: { readonly article: string | undefined; readonly partner: string | undefined },
  { articles, partners, erasures }: OpenStack,
): Promise<ErasureTarget> {
  if (id !== undefined) {
    const article = await articles.getArticle(id);
    if (article === undefined) throw new OpsError(`There is no article ${id}.`);
    return { kind: "article", id, partner: article.partner };
  }
  if (partner === undefined) throw new OpsError("Say what to erase: --article ID, or --partner NAME.");
  // Its item is the first to go, so a run that has ended is known by the log.
  if ((await erasures.listErasures("partner", partner)).length === 0) await findPartner(partners, partner);
  return { kind: "partner", partner };
}

export function showErasure({ record, places, shared, left }: ErasureReport): string {
  const rows = places.map(({ place, found, left }) => [place, found, Math.max(0, found - left), left]);
  return [
    rows.length === 0 ? "Nothing was found." : renderTable(["store", "found", "erased", "left"], rows),
    ...(shared === 0 ? [] : [`${shared} raw objects stay: other articles of the partner have the same bytes.`]),
    left === 0
      ? `Looked again: nothing is left. Kept are who, when and why: ${record.by}, ${record.startedAt}, ${record.reason}`
      : "Something is left: run the command again.",
  ].join("\n");
}
