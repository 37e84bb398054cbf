import { elementRules, globalAttributes } from "../../../shared/article/policy.ts";

const kept = [...elementRules].flatMap(([name, rule]) => (rule.treat === "keep" ? [{ name, rule }] : []));

/** The project's policy in the form that other sanitizers take, so that all do the same work. */
export const allowedElements: readonly string[] = [...kept.map(({ name }) => name), "img"];

export const allowedAttributes: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(kept.map(({ name, rule }) => [name, [...globalAttributes, ...(rule.attributes ?? [])]])),
  a: [...globalAttributes, "href", "hreflang", "title", "rel"],
  img: [...globalAttributes, "src", "srcset", "alt", "title", "width", "height"],
};
