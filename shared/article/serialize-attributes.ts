import { cleanCharacters } from "./clean-characters.ts";
import { cleanUrl } from "./clean-url.ts";
import type { RemovalCounter } from "./count-removals.ts";
import { escapeAttribute } from "./escape-html.ts";
import { bounds, imageSchemes, linkRelation, linkSchemes, rejectedAttributes } from "./policy.ts";
import type { Attribute } from "./tokenize-html.ts";

export interface AttributeContext {
  /** What relative addresses are resolved against. */
  readonly base: URL | undefined;
  readonly removals: RemovalCounter;
  /** Told when an address had to stay relative. */
  readonly onRelative: () => void;
}

const languageTag = /^[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,7}$/i;
const moment = /^[-+0-9:.,TZPWDHMSYtz ]{1,64}$/;

type AttributeReader = (value: string) => string | undefined;

/** Gives an attribute's value as it may stand in the output, or undefined when it says nothing valid. */
const readers: ReadonlyMap<string, AttributeReader> = new Map<string, AttributeReader>([
  ["lang", (value) => matching(value.trim(), languageTag)],
  ["hreflang", (value) => matching(value.trim(), languageTag)],
  ["dir", (value) => matching(value.trim().toLowerCase(), /^(?:ltr|rtl|auto)$/)],
  ["title", (value) => cleanCharacters(value).trim() || undefined],
  ["datetime", (value) => matching(value.trim(), moment)],
  ["colspan", (value) => wholeNumber(value, 1, 1000)],
  ["rowspan", (value) => wholeNumber(value, 0, 65_534)],
  ["width", (value) => wholeNumber(value, 0, 99_999)],
  ["height", (value) => wholeNumber(value, 0, 99_999)],
  ["start", (value) => wholeNumber(value, -999_999_999, 999_999_999)],
  ["value", (value) => wholeNumber(value, -999_999_999, 999_999_999)],
  ["reversed", () => ""],
  ["type", (value) => matching(value.trim(), /^[1aAiI]$/)],
  ["scope", (value) => matching(value.trim().toLowerCase(), /^(?:row|col)(?:group)?$/)],
]);

function matching(value: string, pattern: RegExp): string | undefined {
  return pattern.test(value) ? value : undefined;
}

function wholeNumber(value: string, least: number, most: number): string | undefined {
  const digits = /^[ \t\n]*([+-]?\d{1,9})(?:px|\.\d{0,20})?[ \t\n]*$/.exec(value)?.[1];
  if (digits === undefined) return undefined;
  const number = Number(digits);
  return number >= least && number <= most ? String(number) : undefined;
}

/** Reads one attribute that is not an address, by name. */
export function readAttribute(name: string, value: string): string | undefined {
  return readers.get(name)?.(value);
}

/** Writes one attribute with a space in front. */
export function writeAttribute(name: string, value: string): string {
  return ` ${name}="${escapeAttribute(value)}"`;
}

/**
 * Writes those of an element's attributes that the policy allows, each valid, in their order, with a space in front of
 * each; a link gets its `rel`. The others are counted.
 *
 * @returns undefined for a link without an allowed address, which is no link.
 */
export function serializeAttributes(
  element: string,
  attributes: readonly Attribute[],
  allowed: ReadonlySet<string>,
  context: AttributeContext,
): string | undefined {
  let written = "";
  let isLink = false;
  const end = Math.min(attributes.length, bounds.maxAttributes);
  for (let index = 0; index < end; index += 1) {
    const attribute = attributes[index];
    if (attribute === undefined) break;
    const { name, value } = attribute;
    if (!allowed.has(name)) {
      countRejected(name, context.removals);
    } else if (value.length > bounds.maxAttributeLength) {
      context.removals.count(name, "attribute-too-long");
    } else if (name === "href" || name === "cite") {
      const cleaned = cleanUrl(value, context.base, name === "href" ? linkSchemes : imageSchemes);
      if ("refused" in cleaned) {
        context.removals.count(name, `url-${cleaned.refused}`);
      } else {
        if (cleaned.relative) context.onRelative();
        written += writeAttribute(name, cleaned.url);
        isLink = true;
      }
    } else {
      const read = readAttribute(name, value);
      if (read === undefined) context.removals.count(name, "attribute-invalid");
      else written += writeAttribute(name, read);
    }
  }
  if (end < attributes.length) context.removals.count("attributes", "attribute-flood");
  if (element !== "a") return written;
  return isLink ? `${written} rel="${linkRelation}"` : undefined;
}

type RejectedAttribute = Pick<(typeof rejectedAttributes)[number], "what" | "rule">;

const notListed: RejectedAttribute = { what: "attributes", rule: "attribute-not-listed" };
/** Names seen before, because a page has few names and uses each a thousand times. Bounded against invented ones. */
const knownRejections = new Map<string, RejectedAttribute>();
const maxKnownRejections = 500;

/** Counts an attribute that the policy does not allow under the kind it is of. */
export function countRejected(name: string, removals: RemovalCounter): void {
  let rejected = knownRejections.get(name);
  if (rejected === undefined) {
    rejected = rejectedAttributes.find(({ pattern }) => pattern.test(name)) ?? notListed;
    // Stryker disable next-line ConditionalExpression,EqualityOperator,LogicalOperator,CallExpression: without it all is only slower.
    if (knownRejections.size < maxKnownRejections && name.length < 50) knownRejections.set(name, rejected);
  }
  removals.count(rejected.what, rejected.rule);
}
