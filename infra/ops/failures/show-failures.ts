import { readImportMessage } from "../../../shared/imports/read-import-message.ts";
import { renderTable } from "../render-table.ts";
import type { Failure } from "./manage-failures.ts";

const shownCharacters = 70;

export function showFailures(failures: readonly Failure[], counts: Readonly<Record<string, number>>): string {
  const shown: Record<string, number> = {};
  for (const { of } of failures) shown[of] = (shown[of] ?? 0) + 1;
  const more = Object.entries(counts).filter(([of, count]) => count > (shown[of] ?? 0));
  if (failures.length === 0 && more.length === 0) return "Nothing has failed.";
  return [
    renderTable(
      ["failure", "of", "since", "about"],
      failures.map((failure) => [failure.id, failure.of, failure.sentAt, tellSubject(failure)]),
    ),
    ...more.map(([of, count]) => `There are about ${count.toLocaleString("en")} of ${of}; --limit shows more.`),
  ].join("\n");
}

/** The import that a message is about: S3 names it at the end of a long one. Else, how the message begins. */
function tellSubject({ of, body }: Failure): string {
  const ids = of === "Import" ? findImportIds(body) : [];
  return ids.length > 0 ? `import ${ids.join(" ")}` : body.slice(0, shownCharacters);
}

function findImportIds(body: string): string[] {
  try {
    return readImportMessage(body);
  } catch {
    // None of ours: that is why it failed.
    return [];
  }
}

export function showFailureInFull({ id, of, sentAt, body }: Failure): string {
  return `${renderTable(
    ["failure", id],
    [
      ["of", of],
      ["since", sentAt],
    ],
  )}\n\n${layOut(body)}`;
}

function layOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

export function showRedriven({
  redriven,
  withoutSource,
}: {
  readonly redriven: Readonly<Record<string, number>>;
  readonly withoutSource: readonly string[];
}): string {
  const lines = Object.entries(redriven).map(
    ([of, count]) => `${of}: ${count.toLocaleString("en")} are worked on again.`,
  );
  const others = withoutSource.map((of) => `${of}: what failed comes from no queue; look at each, and drop it.`);
  return [...lines, ...others].join("\n") || "Nothing has failed.";
}
