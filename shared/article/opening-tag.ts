import { elementRules, type Shape } from "./policy.ts";
import type { Attribute } from "./tokenize-html.ts";

/** An element that is about to be opened: `source` is its name in the input, `name` what it is called in the output. */
export interface OpeningTag {
  readonly source: string;
  readonly name: string;
  readonly shape: Shape;
  /** Serialized, each with a space in front. */
  readonly attributes: string;
  /** See `ElementRule`. */
  readonly persists: boolean;
  /** The tag's attributes as they came, kept for whoever looks for the body of a page. */
  readonly described?: readonly Attribute[];
}

/** Tags without attributes, made once. */
const bareTags: ReadonlyMap<string, { readonly start: string; readonly end: string }> = new Map(
  [...elementRules.keys()].map((name) => [name, { start: `<${name}>`, end: `</${name}>` }] as const),
);

export function makeStartTag(name: string, attributes: string): string {
  return (attributes === "" ? bareTags.get(name)?.start : undefined) ?? `<${name}${attributes}>`;
}

export function makeEndTag(name: string): string {
  return bareTags.get(name)?.end ?? `</${name}>`;
}
