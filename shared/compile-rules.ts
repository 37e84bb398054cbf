import { createHash } from "node:crypto";
import type { ArticleRules } from "./article/article-rules.ts";
import { matchLines } from "./article/match-line.ts";
import type { PartnerRules } from "./partner-rules.ts";

/** Makes rules ready for use. */
export function compileRules(rules: PartnerRules): ArticleRules {
  const { boilerplate = [], defaults = {} } = rules;
  const content = JSON.stringify([boilerplate.toSorted(), defaults.language, defaults.source, defaults.tags]);
  return {
    isBoilerplate: matchLines(boilerplate),
    defaults,
    digest: createHash("sha256").update(content).digest("hex").slice(0, 16),
  };
}
