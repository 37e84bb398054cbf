import { renderTable } from "../render-table.ts";
import type { ReprocessReport } from "./reprocess.ts";
import { changeKinds } from "./reprocess-article.ts";

export function showReprocess(report: ReprocessReport, isDryRun: boolean): string {
  const { articles, outcomes, changes, changed, haveRulesChanged } = report;
  const rows = changeKinds.flatMap((kind) => {
    const found = changes[kind];
    return found === undefined ? [] : [[kind, found.articles, found.examples.join(" ")]];
  });
  const shown = (count: number) => count.toLocaleString("en");
  return [
    ...(rows.length === 0
      ? []
      : [renderTable([isDryRun ? "would change" : "changed", "articles", "for example"], rows)]),
    `${shown(articles)} articles: ${shown(outcomes.current)} are by today's rules, ${shown(outcomes.derived)} ${isDryRun ? "would be" : "were"} derived anew, of which ${shown(changed)} have become others.`,
    ...(outcomes.gone === 0 ? [] : [`${shown(outcomes.gone)} were withdrawn meanwhile.`]),
    ...(outcomes.unsafe === 0
      ? []
      : [`${shown(outcomes.unsafe)} cannot be made safe by today's rules, and are left as they were.`]),
    ...(haveRulesChanged ? ["Rules of a partner have changed meanwhile. Give the same command again."] : []),
  ].join("\n");
}
