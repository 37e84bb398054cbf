import { cleanCharacters } from "./clean-characters.ts";
import { cleanUrl } from "./clean-url.ts";
import { bounds, imageSchemes } from "./policy.ts";
import { type AttributeContext, countRejected, readAttribute, writeAttribute } from "./serialize-attributes.ts";
import type { Attribute } from "./tokenize-html.ts";

/** Where lazy-loading scripts keep the address that `src` will get, the usual ones first. */
const lazySources: readonly string[] = [
  "data-src",
  "data-lazy-src",
  "data-original",
  "data-original-src",
  "data-lazy",
  "data-lazyload",
  "data-url",
  "data-image",
  "data-img-src",
  "data-full-src",
  "data-hi-res-src",
  "data-large-file",
  "data-orig-file",
  "data-echo",
  "data-runner-src",
  "data-td-src",
  "data-delayed-url",
  "data-pin-media",
  "data-flickity-lazyload",
  "data-ll-src",
];
const lazySourceSets: readonly string[] = ["data-srcset", "data-lazy-srcset", "data-original-set", "data-src-set"];
const handled: ReadonlySet<string> = new Set([
  "src",
  "srcset",
  "alt",
  "title",
  "width",
  "height",
  "lang",
  "dir",
  ...lazySources,
  ...lazySourceSets,
]);

/** Pictures that stand in until the script has run. Whole words of the path, so that no real picture is taken for one. */
const placeholder =
  /(?:^|[/_.-])(?:placeholder|blank|spacer|transparent|pixel|1x1|lazy(?:load(?:ing|er)?)?|loading|dummy|grey|gray|empty)[^/]{0,24}\.(?:gif|png|svg|jpe?g|webp)(?:$|\?)/i;

const maxCandidates = 32;
const descriptor = /^\d{1,6}(?:w|(?:\.\d{1,4})?x)$/;

/** A `srcset` from a `source` element in front, for pictures whose `img` has no address of its own. */
export function findSourceSet(attributes: readonly Attribute[]): string | undefined {
  return attributes.find(({ name }) => name === "srcset" || name === "data-srcset")?.value;
}

/**
 * Writes the attributes of an image, with a `src` that shows it: its own, or, where that is missing, inline data or a
 * placeholder, the one kept for a lazy-loading script, or the largest of a `srcset`.
 *
 * @returns undefined when no address is usable.
 */
export function resolveImage(
  attributes: readonly Attribute[],
  sourceSet: string | undefined,
  context: AttributeContext,
): string | undefined {
  const values = new Map<string, string>();
  for (const { name, value } of attributes.slice(0, bounds.maxAttributes)) {
    if (!handled.has(name)) countRejected(name, context.removals);
    else if (value.length > bounds.maxAttributeLength && name !== "src")
      context.removals.count(name, "attribute-too-long");
    else values.set(name, value);
  }

  const ownSource = values.get("src");
  const own = ownSource === undefined ? undefined : readSource(ownSource, context);
  let source = own !== undefined && !placeholder.test(own) ? own : undefined;
  for (const name of lazySources) {
    if (source !== undefined) break;
    const value = values.get(name);
    // Some scripts keep other things under these names: sizes, JSON, words.
    if (value !== undefined && /[/.]/.test(value) && !/^[[{]/.test(value)) source = readSource(value, context);
  }
  const set = readSourceSet(firstOf(values, ["srcset", ...lazySourceSets]) ?? sourceSet, context);
  source ??= set.at(-1)?.url ?? own;
  if (source === undefined) {
    if (ownSource !== undefined) context.removals.count("src", "url-scheme");
    return undefined;
  }

  let written = writeAttribute("src", source);
  if (values.has("srcset") || own !== source) {
    if (set.length > 1) written += writeAttribute("srcset", set.map(writeCandidate).join(", "));
  }
  const alternative = values.get("alt");
  if (alternative !== undefined) written += writeAttribute("alt", cleanCharacters(alternative).trim());
  for (const name of ["title", "width", "height", "lang", "dir"]) {
    const value = values.get(name);
    const read = value === undefined ? undefined : readAttribute(name, value);
    if (read !== undefined) written += writeAttribute(name, read);
  }
  return written;
}

function firstOf(values: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined && value.trim() !== "") return value;
  }
  return undefined;
}

function readSource(value: string, context: AttributeContext): string | undefined {
  // Inline pictures are refused anyway, and megabytes of them need not be read.
  if (value.length > bounds.maxAttributeLength) return undefined;
  const cleaned = cleanUrl(value, context.base, imageSchemes);
  if ("refused" in cleaned) return undefined;
  if (cleaned.relative) context.onRelative();
  return cleaned.url;
}

interface Candidate {
  readonly url: string;
  readonly descriptor: string;
}

const writeCandidate = ({ url, descriptor }: Candidate): string => (descriptor === "" ? url : `${url} ${descriptor}`);

/**
 * Reads a `srcset` as the HTML standard does: addresses end at whitespace, and commas at their ends part them. The
 * candidates come in the order of their descriptors, the largest last.
 */
function readSourceSet(value: string | undefined, context: AttributeContext): Candidate[] {
  if (value === undefined || value.length > bounds.maxAttributeLength) return [];
  const candidates: Candidate[] = [];
  const words = value.split(/[ \t\n\f\r]+/).slice(0, maxCandidates * 2);
  let url: string | undefined;
  const add = (raw: string, described: string): void => {
    const source = readSource(raw, context);
    if (source !== undefined && !source.startsWith(",")) candidates.push({ url: source, descriptor: described });
  };
  for (const word of words) {
    const bare = trimCommas(word);
    if (url === undefined) {
      if (bare === "") continue;
      if (word.endsWith(",")) add(bare, "");
      else url = bare;
    } else {
      add(url, descriptor.test(bare) ? bare : "");
      url = undefined;
    }
  }
  if (url !== undefined) add(url, "");
  return candidates.sort((a, b) => Number.parseFloat(a.descriptor || "0") - Number.parseFloat(b.descriptor || "0"));
}

/** Takes the commas off both ends; a pattern would look at a run of them once for each. */
function trimCommas(word: string): string {
  let start = 0;
  let end = word.length;
  while (word[start] === ",") start += 1;
  while (word[end - 1] === ",") end -= 1;
  return word.slice(start, end);
}
