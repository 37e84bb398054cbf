import { expect, test } from "vitest";
import { ItemAnswer } from "../../../shared/api/item-answer.ts";
import { fitAnswers } from "../../../shared/fit-answers.ts";

const size = (answers: readonly ItemAnswer[]) =>
  Buffer.byteLength(JSON.stringify(answers.map((answer) => JSON.stringify(answer))));

function makeResult(index: number, entries: number): ItemAnswer {
  const id = index.toString(16).padStart(32, "0");
  return {
    index,
    status: 201,
    partnerArticleId: "“".repeat(512),
    result: {
      id,
      partnerArticleId: "“".repeat(512),
      revision: 1,
      outcome: "created",
      clusterId: id,
      sanitation: {
        removed: Array.from({ length: entries }, (_, n) => ({ what: `<x-"${n}">`, rule: "element-dropped", count: 1 })),
      },
      warnings: Array.from({ length: entries }, (_, n) => ({
        code: "boilerplate",
        detail: `“${"é".repeat(80)}” ${n}`,
      })),
    },
  };
}

function makeProblem(index: number, faults: number): ItemAnswer {
  const errors = Array.from({ length: faults }, (_, n) => ({
    pointer: `/${"ü".repeat(200)}${n}`,
    detail: "is not known",
  }));
  return {
    index,
    status: 422,
    problem: {
      type: "urn:problem-type:copydesk:invalid-submission",
      title: "The submission is not valid",
      status: 422,
      detail: errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join("; "),
      instance: "urn:request:1",
      errors,
    },
  };
}

test("what fits stays as it is", () => {
  const answers = [makeResult(0, 100), makeProblem(1, 20)];
  expect(fitAnswers(answers)).toBe(answers);
});

test("500 items with the longest reports fit into a response, each still with its outcome", () => {
  const answers = Array.from({ length: 500 }, (_, n) => (n % 2 === 0 ? makeResult(n, 500) : makeProblem(n, 20)));
  expect(size(answers)).toBeGreaterThan(6_000_000);
  const fitted = fitAnswers(answers);
  expect(size(fitted)).toBeLessThan(5_900_000);
  for (const [index, answer] of fitted.entries()) {
    expect(ItemAnswer.parse(answer)).toMatchObject({ index, status: answers[index]?.status });
    expect(answer.result?.id).toBe(answers[index]?.result?.id);
  }
});

test("a report that was cut says how much is missing and where it is", () => {
  const [first] = fitAnswers([makeResult(0, 100), makeProblem(1, 1)], 12_000);
  expect(first?.result?.sanitation.removed.length).toBeLessThan(100);
  const warning = first?.result?.warnings.at(-1);
  const kept = (first?.result?.warnings.length ?? 0) - 1 + (first?.result?.sanitation.removed.length ?? 0);
  expect(warning?.code).toBe("report-cut");
  expect(warning?.detail).toContain(`${200 - kept} more warnings and removals`);
  expect(warning?.detail).toContain("GET /v1/submissions/");
});

test("those with a short report lose nothing", () => {
  const short = makeResult(1, 0);
  expect(fitAnswers([makeResult(0, 500), short], 20_000)[1]).toBe(short);
});
