import { hashLine } from "./hash-line.ts";
import { joinMarks, type LineProfile, markArticle, type ProfiledArticle, recurrences } from "./line-profile.ts";

/** The lines of an article that stand in four or more articles of the partner, this one counted. */
export function recurringLines(profile: LineProfile, article: ProfiledArticle): ReadonlySet<string> {
  const mark = markArticle(article.id);
  const recurring = new Set<string>();
  if (profile.lines.size === 0) return recurring;
  for (const line of article.lines) {
    const hash = hashLine(line);
    const known = hash === undefined ? undefined : profile.lines.get(hash);
    if (known !== undefined && joinMarks(known.marks, [mark]).length >= recurrences) recurring.add(line);
  }
  return recurring;
}

/** The text of an article without recurring lines; all of it, where nothing else would remain. */
export function removeRecurringLines(profile: LineProfile, article: ProfiledArticle): readonly string[] {
  const recurring = recurringLines(profile, article);
  if (recurring.size === 0) return article.lines;
  const rest = article.lines.filter((line) => !recurring.has(line));
  return rest.some((line) => line.trim() !== "") ? rest : article.lines;
}
