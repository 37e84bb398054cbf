import { setTimeout as sleep } from "node:timers/promises";
import type { ErasureLog, ErasureRecord } from "../../../shared/stores/erasure-log.ts";
import { rawObjects as rawKeys } from "../../../shared/stores/table-keys.ts";
import { OpsError } from "../manage-keys.ts";
import type { OpenStack } from "../open-stack.ts";
import type { ShowProgress } from "../show-progress.ts";
import { type ErasureReport, erase, lookForErasure } from "./erase.ts";
import { openChangesPlace } from "./erase-changes.ts";
import { openDocumentsPlace } from "./erase-documents.ts";
import { openParkedEventsPlace } from "./erase-parked-events.ts";
import type { ErasurePlace, ErasureTarget } from "./erasure-work.ts";

export interface EraseCommand {
  readonly article?: string;
  readonly partner?: string;
  readonly reason: string;
  readonly by: string;
}

/** What would be erased, and how often it was erased before. */
export interface ErasurePreview {
  readonly isDryRun: true;
  readonly target: ErasureTarget;
  readonly places: readonly { readonly place: string; readonly found: number }[];
  readonly before: readonly ErasureRecord[];
}

/** @throws OpsError when there is nothing of this name */
export async function runErase(
  command: EraseCommand,
  stack: OpenStack,
  progress: ShowProgress,
): Promise<ErasureReport> {
  const { by, reason } = command;
  return erase(await findTarget(command, stack), { by, reason }, openContext(stack), progress);
}

/** Looks for what `runErase` would erase. Nothing is changed. @throws OpsError when there is nothing of this name */
export async function previewErase(
  command: Pick<EraseCommand, "article" | "partner">,
  stack: OpenStack,
  progress: ShowProgress,
): Promise<ErasurePreview> {
  const target = await findTarget(command, stack);
  const before = await stack.erasures.listErasures(target.kind, target.kind === "article" ? target.id : target.partner);
  return { isDryRun: true, target, places: await lookForErasure(target, openContext(stack), progress), before };
}

function openContext(stack: OpenStack) {
  const pausing = { ...stack, sleep: async (milliseconds: number) => void (await sleep(milliseconds)) };
  return { ...pausing, others: openPlaces(pausing) };
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
  { article: id, partner }: Pick<EraseCommand, "article" | "partner">,
  { articles, partners, erasures, rawObjects }: OpenStack,
): Promise<ErasureTarget> {
  if (id !== undefined) {
    const owner = (await articles.getArticle(id))?.partner ?? (await findQuarantined());
    if (owner === undefined) throw new OpsError(`There is no article ${id}.`);
    return { kind: "article", id, partner: owner };
  }
  if (partner === undefined) throw new OpsError("Say what to erase: --article ID, or --partner NAME.");
  // Its item is the first to go, so a run that has ended is known by the log.
  const isKnown =
    (await partners.getPartner(partner)) !== undefined || (await erasures.listErasures("partner", partner)).length > 0;
  if (!isKnown) {
    throw new OpsError(`There is no partner ${partner}, and none was erased. See: partner list, and erasures list.`);
  }
  return { kind: "partner", partner };

  /** The partner whose bytes were kept aside as those of the article, which was never taken in. */
  async function findQuarantined(): Promise<string | undefined> {
    for await (const versions of rawObjects.list(rawKeys.quarantine)) {
      for (const { key } of versions) {
        const [, owner, articleId] = key.split("/");
        if (articleId === id) return owner;
      }
    }
    return undefined;
  }
}

/** The log of erasures, the oldest first. */
export async function listAllErasures({
  listAllErasures: list,
}: Pick<ErasureLog, "listAllErasures">): Promise<{ erasures: ErasureRecord[] }> {
  const erasures = await list();
  return { erasures: erasures.sort((one, other) => (one.startedAt < other.startedAt ? -1 : 1)) };
}
