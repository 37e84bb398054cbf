import { diffArrays } from "diff";

/** A piece of a line, as it was, as it is, or both. */
export interface DiffPart {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

export interface DiffLine {
  readonly kind: "same" | "removed" | "added" | "changed";
  readonly parts: DiffPart[];
}

/** Words with their letters and digits, runs of white space, and everything else one by one; so Han and Kana, too. */
const tokenPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+|\s+|./gsu;

/** What differs by more lines or words is shown as another text, or another line, so that the time stays bounded. */
const maxLineEdits = 1000;
const maxWordEdits = 200;

/**
 * What has changed from one text to another, line by line, and within lines that have changed word by word. Eugene Myers,
 * "An O(ND) difference algorithm and its variations", 1986, by the package `diff`.
 */
export function diffTexts(before: string, after: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let removed: readonly string[] = [];
  const flush = (added: readonly string[]) => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++) {
      lines.push(diffLine(removed[index], added[index]));
    }
    removed = [];
  };
  for (const chunk of diffLists(before.split("\n"), after.split("\n"), maxLineEdits)) {
    if (chunk.kind === "removed") {
      flush([]);
      removed = chunk.values;
    } else if (chunk.kind === "added") flush(chunk.values);
    else {
      flush([]);
      for (const text of chunk.values) lines.push({ kind: "same", parts: [{ kind: "same", text }] });
    }
  }
  flush([]);
  return lines;
}

/** What has changed from one line to another, word by word. */
export function diffWords(before: string, after: string): DiffPart[] {
  const chunks = diffLists(before.match(tokenPattern) ?? [], after.match(tokenPattern) ?? [], maxWordEdits);
  return chunks.map(({ kind, values }) => ({ kind, text: values.join("") }));
}

function diffLine(before: string | undefined, after: string | undefined): DiffLine {
  if (before === undefined) return { kind: "added", parts: [{ kind: "added", text: after ?? "" }] };
  if (after === undefined) return { kind: "removed", parts: [{ kind: "removed", text: before }] };
  return { kind: "changed", parts: diffWords(before, after) };
}

interface Chunk {
  readonly kind: DiffPart["kind"];
  readonly values: readonly string[];
}

function diffLists(before: string[], after: string[], maxEdits: number): Chunk[] {
  const changes = diffArrays(before, after, { maxEditLength: maxEdits });
  if (changes === undefined) {
    return [
      { kind: "removed", values: before },
      { kind: "added", values: after },
    ];
  }
  return changes.map(({ value, added, removed }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    values: value,
  }));
}
