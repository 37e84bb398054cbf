import { isDeepStrictEqual } from "node:util";
import type { Release } from "./describe-release.ts";

/**
 * Says what a deployment of one release over another would destroy.
 *
 * @returns a sentence for each loss; none where the step can be taken
 */
export function compareReleases(before: Release, after: Release): string[] {
  return Object.entries(before).flatMap(([logicalId, old]) => {
    const now = after[logicalId];
    if (now === undefined) return [`${logicalId} (${old.type}) is removed, or has another logical ID.`];
    if (now.type !== old.type) return [`${logicalId} was ${old.type} and is ${now.type}.`];
    const changed = [...new Set([...Object.keys(old.immutable), ...Object.keys(now.immutable)])].filter(
      (name) => !isDeepStrictEqual(old.immutable[name], now.immutable[name]),
    );
    return [
      ...changed.map((name) => `${logicalId} (${old.type}) is replaced: its ${name} changes.`),
      ...(old.deletionPolicy === "Retain" && now.deletionPolicy !== "Retain"
        ? [`${logicalId} (${old.type}) was kept when the stack goes, and is not any more.`]
        : []),
      ...(old.updateReplacePolicy === "Retain" && now.updateReplacePolicy !== "Retain"
        ? [`${logicalId} (${old.type}) was kept when another takes its place, and is not any more.`]
        : []),
      ...compareIndexes(logicalId, old.indexes ?? {}, now.indexes ?? {}),
    ];
  });
}

function compareIndexes(
  logicalId: string,
  old: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string[] {
  const changed = Object.keys(old).filter((name) => !isDeepStrictEqual(old[name], now[name]));
  const added = Object.keys(now).filter((name) => !(name in old));
  return [
    ...changed.map((name) =>
      name in now
        ? `${logicalId} changes its index ${name}, which CloudFormation refuses. Add another one, and drop this in a later release.`
        : `${logicalId} loses its index ${name}, which the functions before this release query.`,
    ),
    ...(added.length > 1
      ? [`${logicalId} gets ${added.join(" and ")} at once; CloudFormation adds one index in a deployment.`]
      : []),
  ];
}
