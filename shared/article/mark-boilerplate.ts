import { type BoilerplateRule, boilerplateRules } from "./boilerplate-lines.ts";

const longest = Math.max(...boilerplateRules.map((rule) => rule.maxCharacters));

/** Names the rule by which a line is boilerplate, or gives undefined for text. Takes a line as `normalizeLine` gives it. */
export function findBoilerplate(line: string): BoilerplateRule | undefined {
  if (line.length > longest) return undefined;
  return boilerplateRules.find((rule) => line.length <= rule.maxCharacters && rule.pattern.test(line));
}
