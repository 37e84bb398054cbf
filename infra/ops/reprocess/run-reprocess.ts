import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dayOf } from "../../../shared/stores/table-keys.ts";
import { checkDays, type Day } from "../export/day-range.ts";
import { OpsError } from "../manage-keys.ts";
import type { OpenStack } from "../open-stack.ts";
import type { ShowProgress } from "../show-progress.ts";
import { openCheckpointFile } from "./checkpoint-file.ts";
import { holdAlone } from "./hold-alone.ts";
import { type ReprocessReport, reprocess } from "./reprocess.ts";
import { currentDerivation } from "./reprocess-article.ts";

/** As it is typed. */
export interface ReprocessCommand {
  readonly from: Day;
  readonly to?: Day;
  readonly partner?: string;
  readonly perSecond: number;
  readonly dryRun?: boolean;
}

/**
 * Reprocesses as a command asks for it, and goes on where the same command was ended.
 *
 * @param place.directory where it is kept how far a run is
 * @throws OpsError when there is no such day or partner, or another run does the same
 */
export async function runReprocess(
  command: ReprocessCommand,
  opened: Pick<OpenStack, "articles" | "timeline" | "raw" | "partners" | "profiles" | "now" | "pause">,
  place: { readonly stackName: string | undefined; readonly directory: string; readonly progress: ShowProgress },
): Promise<ReprocessReport> {
  const { from, partner, perSecond, dryRun: isDryRun = false } = command;
  const to = command.to ?? dayOf(opened.now().toISOString());
  checkDays(from, to);
  if (partner !== undefined && (await opened.partners.getPartner(partner)) === undefined)
    throw new OpsError(`There is no partner ${partner}. partner list shows those that there are.`);
  const identity = [place.stackName, from, to, partner, currentDerivation.version];
  const file = openCheckpointFile(join(place.directory, "reprocess"), identity);
  const release = isDryRun ? () => {} : holdAlone(file.lockFile);
  try {
    return await reprocess(
      { from, to, partner, isDryRun, perSecond },
      { ...opened, ...currentDerivation, sleep: async (milliseconds) => void (await sleep(milliseconds)) },
      { file, progress: place.progress },
    );
  } finally {
    release();
  }
}
