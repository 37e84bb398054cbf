import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { describeApi } from "../../../shared/api/describe-api.ts";
import { operations } from "../../../shared/api/operations.ts";
import { problemKinds, problemType } from "../../../shared/api/problem.ts";

const kept = readFileSync(new URL("../../../shared/api/openapi.json", import.meta.url), "utf8");

test("openapi.json says what the operations say", () => {
  const isCurrent = kept === `${JSON.stringify(describeApi(), null, 2)}\n`;
  expect(isCurrent, "shared/api/openapi.json is not up to date: npm run openapi").toBe(true);
});

describe("each operation", () => {
  const { paths = {} } = describeApi() as { paths?: object } as {
    paths?: Record<string, Record<string, Record<string, unknown>>>;
  };

  test.each(operations.map((operation) => [operation.id, operation] as const))("%s", (id, operation) => {
    const described = paths[operation.path.replace("+}", "}")]?.[operation.method.toLowerCase()];
    expect(described?.["operationId"]).toBe(id);
    expect(described?.["security"]).toEqual(operation.scope === undefined ? undefined : [{ key: [] }]);
    const responses = Object.keys(described?.["responses"] as object);
    expect(responses.toSorted()).toEqual([...Object.keys(operation.responses), "default"].toSorted());
    expect("requestBody" in (described ?? {})).toBe(operation.body !== undefined);
  });

  test("and nothing else", () => {
    const described = Object.values(paths).flatMap((path) => Object.values(path).map((entry) => entry["operationId"]));
    expect(described.toSorted()).toEqual(operations.map(({ id }) => id).toSorted());
  });
});

describe("problem kinds", () => {
  const statuses = new Set([400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 429, 500, 501, 503]);

  test.each(Object.entries(problemKinds))("%s has a status of the contract and a title", (kind, { status, title }) => {
    expect(statuses).toContain(status);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(problemType(kind as keyof typeof problemKinds)).toBe(`urn:problem-type:copydesk:${kind}`);
  });

  test("no two share a title", () => {
    const titles = Object.values(problemKinds).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
