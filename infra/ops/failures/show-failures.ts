import { readImportMessage } from "../../../shared/imports/read-import-message.ts";
import { renderTable } from "../render-table.ts";
import {
  type Failure,
  type ListedFailures,
  type RedrivenFailures,
  tellHeld,
  tellWithoutSource,
} from "./manage-failures.ts";

const shownCharacters = 70;

export function showFailures({ failures, counts, held }: ListedFailures): string {
  const kinds = Object.entries(counts).map(([of, count]) => ({ of, count, held: held[of] ?? 0 }));
  if (kinds.every(({ count }) => count === 0)) return "Nothing has failed.";
  const shownOf = (name: string) => failures.filter(({ of }) => of === name).length;
  return [
    ...(failures.length === 0
      ? []
      : [
          renderTable(
            ["failure", "of", "since", "about"],
            failures.map((failure) => [failure.id, failure.of, failure.sentAt, tellSubject(failure)]),
          ),
        ]),
    ...kinds
      .filter((kind) => kind.count - kind.held > shownOf(kind.of))
      .map(({ of, count }) => `There are about ${count.toLocaleString("en")} of ${of}; --limit shows more.`),
    ...tellAllHeld(held),
  ].join("\n");
}

function tellAllHeld(held: Readonly<Record<string, number>>): string[] {
  return Object.entries(held).map(([of, count]) => `${of}: ${tellHeld(count)}`);
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

export function showRedriven({ redriven, held, withoutSource }: RedrivenFailures): string {
  const lines = Object.entries(redriven).map(
    ([of, count]) => `${of}: ${count.toLocaleString("en")} are worked on again.`,
  );
  const others = withoutSource.map((of) => `${of}: ${tellWithoutSource(of)}`);
  return [...lines, ...others, ...tellAllHeld(held)].join("\n") || "Nothing has failed.";
}
