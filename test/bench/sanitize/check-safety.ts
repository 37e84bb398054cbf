import { type DefaultTreeAdapterTypes, parseFragment, serialize } from "parse5";
import { loadPayloads } from "../../browser/load-payloads.ts";

/** Elements whose content is text to a parser; what is sanitized and put into them must not end them. */
const rawTextWrappers = ["textarea", "title", "xmp", "style", "noembed", "noframes", "iframe"];
const forbidden = new Set(
  "script style iframe frame object embed form input button select textarea svg math template base meta link".split(
    " ",
  ),
);
const addresses = new Set("href src action formaction xlink:href data".split(" "));
const runningScheme = /^(?:javascript|vbscript):/i;

type Node = DefaultTreeAdapterTypes.ChildNode;

/**
 * Counts over all payloads what a sanitizer lets through: outputs that are dangerous, that get out of an element of raw text
 * that somebody puts them into, and that mean something else when a browser's serialization of them is parsed again.
 */
export function checkSafety(sanitize: (html: string) => string): Record<"dangerous" | "escapes" | "unstable", number> {
  const counts = { dangerous: 0, escapes: 0, unstable: 0 };
  for (const { html } of loadPayloads()) {
    const output = sanitize(html);
    const fragment = parseFragment(output);
    if (isDangerous(fragment.childNodes)) counts.dangerous += 1;
    if (rawTextWrappers.some((name) => escapes(name, output))) counts.escapes += 1;
    const once = serialize(fragment);
    if (serialize(parseFragment(once)) !== once) counts.unstable += 1;
  }
  return counts;
}

function isDangerous(roots: readonly Node[]): boolean {
  const pending = [...roots];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (!("tagName" in node)) continue;
    if (forbidden.has(node.tagName)) return true;
    if (node.attrs.some(({ name, value }) => name.startsWith("on") || (addresses.has(name) && runs(value))))
      return true;
    pending.push(...node.childNodes);
  }
  return false;
}

/** Browsers skip controls and spaces in front of a scheme, tabs and line breaks within. */
const runs = (address: string): boolean => runningScheme.test(address.replace(/^[\0-\x20]+|[\t\n\r]/g, ""));

function escapes(wrapper: string, output: string): boolean {
  const { childNodes } = parseFragment(`<${wrapper}>${output}</${wrapper}>`);
  return childNodes.some((node, index) => index > 0 && "tagName" in node);
}
