import type { AnsweredProblem } from "../../shared/api/problem-answer.ts";
import { type Envelope, lines, type Place } from "./entry.ts";

/** What failed, and all that is left of it. */
export interface Failure {
  readonly place: Place;
  readonly problem: AnsweredProblem;
  readonly envelope?: Envelope;
  readonly bytes?: Uint8Array;
}

/**
 * A line of the file of failures: where the item stood, its problem, and the item itself, so that it can be mended there and
 * the file be pushed. An article as JSON is `item`; any other document is `content`, for an item of a feed with all that
 * stood around the items. Bytes that are no UTF-8 have no place in JSON; then the file that is named has to be mended.
 */
export function writeFailureLine({ place, problem, envelope, bytes }: Failure): string {
  return `${JSON.stringify({ ...place, problem, ...cutOut(envelope, bytes) })}\n`;
}

function cutOut(envelope: Envelope | undefined, bytes: Uint8Array | undefined): object {
  if (envelope === undefined || bytes === undefined) return {};
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return {};
  }
  if (envelope === lines) {
    try {
      return { item: JSON.parse(text) as unknown };
    } catch {
      return { contentType: lines.contentType, content: text };
    }
  }
  const { contentType, opening, closing } = envelope;
  return { contentType, content: opening + text + closing };
}
