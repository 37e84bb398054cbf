import type { ItemAnswer } from "./api/item-answer.ts";

/** What Lambda lets through is 6 MB with headers. */
const maxAnswersBytes = 5_500_000;

/** So many entries of a report stay, as far as there is room for them. */
const keptEntries = [20, 5, 0];

const maxDetailCharacters = 300;

/**
 * Makes the answers to many items fit into one response, whatever their reports say. All stay as they are where there is room;
 * else those that are larger than an equal share lose the end of their reports, and say so.
 */
export function fitAnswers(answers: readonly ItemAnswer[], maxBytes: number = maxAnswersBytes): readonly ItemAnswer[] {
  const sizes = answers.map(measure);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= maxBytes) return answers;
  const share = Math.floor(maxBytes / answers.length);
  return answers.map((answer, index) => ((sizes[index] ?? 0) <= share ? answer : shorten(answer, share)));
}

/** In bytes, as it stands inside the JSON that Lambda hands to the gateway, where quotes take two. */
function measure(answer: ItemAnswer): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(answer)));
}

function shorten(answer: ItemAnswer, maxBytes: number): ItemAnswer {
  const candidates = keptEntries.map((kept) => cut(answer, kept));
  return candidates.find((candidate) => measure(candidate) <= maxBytes) ?? cut(answer, 0);
}

function cut(answer: ItemAnswer, kept: number): ItemAnswer {
  const { result, problem } = answer;
  return {
    ...answer,
    ...(result && { result: cutReport(result, kept) }),
    ...(problem && {
      problem: {
        ...problem,
        detail: cutText(problem.detail),
        ...(problem.errors && {
          errors: problem.errors
            .slice(0, kept)
            .map(({ pointer, detail }) => ({ pointer: cutText(pointer), detail: cutText(detail) })),
        }),
      },
    }),
  };
}

function cutReport(result: NonNullable<ItemAnswer["result"]>, kept: number): NonNullable<ItemAnswer["result"]> {
  const { sanitation, warnings } = result;
  const left = Math.max(0, sanitation.removed.length - kept) + Math.max(0, warnings.length - kept);
  const detail = `${left.toLocaleString("en")} more warnings and removals are left out here; GET /v1/submissions/… tells all.`;
  return {
    ...result,
    sanitation: { removed: sanitation.removed.slice(0, kept) },
    warnings: [...warnings.slice(0, kept), ...(left > 0 ? [{ code: "report-cut", detail }] : [])],
  };
}

function cutText(text: string): string {
  return text.length <= maxDetailCharacters ? text : `${text.slice(0, maxDetailCharacters).toWellFormed()}…`;
}
