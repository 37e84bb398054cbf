import type { AnsweredProblem } from "../../shared/api/problem-answer.ts";

/** Where an item stands: in a file, as the how-many-eth from 0, and for lines from 1 in which. */
export interface Place {
  readonly file: string;
  readonly index: number;
  readonly line?: number;
}

/** What stands around the items of a request. Items that share one can travel together. */
export interface Envelope {
  readonly contentType: string;
  readonly opening: string;
  readonly separator: string;
  readonly closing: string;
}

/** One article as it will be sent. */
export interface Item {
  readonly place: Place;
  readonly envelope: Envelope;
  readonly bytes: Uint8Array;
}

/** What will not be sent, and why; what there is of it. */
export interface Refusal {
  readonly place: Place;
  readonly problem: AnsweredProblem;
  readonly envelope?: Envelope;
  readonly bytes?: Uint8Array;
}

/** All that is found in a file comes as one of the two, so that everything is accounted for. */
export type Entry = Item | Refusal;

export function isRefusal(entry: Entry): entry is Refusal {
  return "problem" in entry;
}

export function isItem(entry: Entry): entry is Item {
  return !isRefusal(entry);
}

/** Articles as JSON travel as lines, from whatever files they come. */
export const lines: Envelope = { contentType: "application/x-ndjson", opening: "", separator: "\n", closing: "" };

/** A document that is one article. */
export function wrapDocument(contentType: string): Envelope {
  return { contentType, opening: "", separator: "", closing: "" };
}

/** The body of a request with these items. */
export function joinItems({ opening, separator, closing }: Envelope, items: readonly Item[]): Uint8Array {
  const parts = items.flatMap(({ bytes }, index) => (index === 0 ? [bytes] : [Buffer.from(separator), bytes]));
  return Buffer.concat([Buffer.from(opening), ...parts, Buffer.from(closing)]);
}
