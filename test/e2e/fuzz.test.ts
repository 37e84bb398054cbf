import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzzedOperations } from "../fuzz/generate-request.ts";
import { openFuzzTarget } from "../fuzz/open-target.ts";
import { type FuzzReport, runFuzz } from "../fuzz/run-fuzz.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";

/** `npm run fuzz` sends more, and with other seeds. */
const requests = 1000;

let stack: TestStack;
let report: FuzzReport;

beforeAll(async () => {
  stack = await startTestStack();
  report = await runFuzz({ ...(await openFuzzTarget(stack)), requests, seed: 1, concurrency: 6 });
});
afterAll(() => stack.close());

test("every answer comes, is none of our faults, and stands in the OpenAPI document", () => {
  expect(report.failures.map(({ index, request, what }) => `${index} ${request.operation}: ${what}`)).toEqual([]);
});

test("every operation is met, and requests get past the checks as well as not", () => {
  for (const { name } of fuzzedOperations) expect([...(report.statuses.get(name)?.keys() ?? [])], name).not.toEqual([]);
  const statuses = new Set([...report.statuses.values()].flatMap((ofOperation) => [...ofOperation.keys()]));
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 400, 401, 403, 404, 405, 415, 422]));
});
