import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ProblemError, type ProblemKind, problemKinds } from "../../shared/api/problem.ts";
import { makeContext } from "../support/make-event.ts";
import { invoke, makeFunction } from "../support/run-chain.ts";

const fail = (error: unknown) =>
  makeFunction(() => {
    throw error;
  });

describe("a problem document", () => {
  test.each(Object.entries(problemKinds))("%s", async (kind, { status, title }) => {
    const problem = new ProblemError(kind as ProblemKind, "What happened.", {
      errors: [{ pointer: "/a", detail: "is wrong" }],
      headers: { "X-Hint": "this way" },
    });
    const reply = await invoke(fail(problem), { requestId: "abc=" });
    expect(reply.status).toBe(status);
    expect(reply.problem()).toEqual({
      type: `urn:problem-type:copydesk:${kind}`,
      title,
      status,
      detail: "What happened.",
      instance: "urn:request:abc=",
      errors: [{ pointer: "/a", detail: "is wrong" }],
    });
    expect(reply.headers).toMatchObject({
      "content-type": "application/problem+json",
      "x-request-id": "abc=",
      "x-hint": "this way",
      "cache-control": "private, no-cache",
      "x-content-type-options": "nosniff",
    });
  });

  test("without faulty places has no list of them", async () => {
    expect((await invoke(fail(new ProblemError("not-found", "No.")))).problem()).not.toHaveProperty("errors");
  });

  test("stays the same when it is gzipped", async () => {
    const problem = new ProblemError("not-found", "No. ".repeat(1000));
    const reply = await invoke(fail(problem), { headers: { "Accept-Encoding": "gzip" } });
    expect(reply.headers["content-encoding"]).toBe("gzip");
    expect(reply.problem().detail).toBe("No. ".repeat(1000));
  });
});

test("every kind of problem is used somewhere", () => {
  const root = new URL("../../", import.meta.url);
  const sources = ["functions", "shared"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith("api/problem.ts"))
      .map((name) => readFileSync(new URL(`${folder}/${name}`, root), "utf8")),
  );
  const unused = Object.keys(problemKinds).filter((kind) => !sources.some((source) => source.includes(`"${kind}"`)));
  expect(unused).toEqual([]);
});

describe("what is no problem of the partner's", () => {
  const secret = "Cannot read properties of undefined (reading 'arn:aws:secret')";
  const bugs: [name: string, error: unknown][] = [
    ["a bug", new TypeError(secret)],
    ["an error with a cause", new Error(secret, { cause: new Error("deeper") })],
    ["a refusal of a store", Object.assign(new Error(secret), { name: "ValidationException", $fault: "client" })],
    [
      "a missing right",
      Object.assign(new Error(secret), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } }),
    ],
    ["a file that is not there", Object.assign(new Error(secret), { code: "ENOENT" })],
    ["something that looks like a problem", { kind: "not-found", message: secret }],
  ];

  test.each(bugs)("%s: 500 that says nothing of it", async (_, error) => {
    const reply = await invoke(fail(error));
    expect(reply.problem()).toEqual({
      type: "urn:problem-type:copydesk:internal",
      title: "Something went wrong on our side",
      status: 500,
      detail: "This is our fault, and it is in our log under the request ID. A retry is safe.",
      instance: "urn:request:request-1",
    });
    expect(reply.log).toHaveLength(1);
    expect(reply.log[0]).toMatchObject({ level: "error", status: 500, requestId: "request-1" });
  });

  test("the log has its words, its stack and its cause", async () => {
    const { log } = await invoke(fail(new TypeError(secret, { cause: new Error("deeper") })));
    expect(log[0]).toMatchObject({
      error: `TypeError: ${secret}`,
      stack: expect.stringContaining("answer-problems.test.ts"),
      cause: "Error: deeper",
    });
  });
});

describe("a store that cannot for the moment", () => {
  const named = (name: string) => Object.assign(new Error("inner words"), { name });
  const passing: [name: string, error: unknown][] = [
    ...[
      "ProvisionedThroughputExceededException",
      "ThrottlingException",
      "RequestLimitExceeded",
      "SlowDown",
      "TimeoutError",
    ].map((name) => [name, named(name)] as [string, unknown]),
    ...["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"].map(
      (code) => [code, Object.assign(new Error("inner words"), { code })] as [string, unknown],
    ),
    ["InternalServerError", Object.assign(named("InternalServerError"), { $fault: "server" })],
    ["500 of S3", Object.assign(named("InternalError"), { $metadata: { httpStatusCode: 500 } })],
    ["503 of S3", Object.assign(named("ServiceUnavailable"), { $metadata: { httpStatusCode: 503 } })],
    ...["ThrottlingError", "ProvisionedThroughputExceeded"].map((Code): [string, unknown] => [
      `a transaction that is throttled: ${Code}`,
      Object.assign(named("TransactionCanceledException"), {
        $fault: "client",
        CancellationReasons: [{ Code: "None" }, { Code }],
      }),
    ]),
  ];

  test.each(passing)("%s: 503 with Retry-After", async (_, error) => {
    const reply = await invoke(fail(error));
    expect(reply.problem()).toMatchObject({ status: 503, type: "urn:problem-type:copydesk:unavailable" });
    expect(reply.headers["retry-after"]).toBe("1");
    expect(reply.text).not.toContain("inner words");
    expect(reply.log[0]).toMatchObject({
      level: "error",
      error: expect.stringContaining("inner words"),
    });
  });

  test("a transaction that failed its conditions is not of that kind", async () => {
    const error = Object.assign(named("TransactionCanceledException"), {
      $fault: "client",
      $metadata: { httpStatusCode: 400 },
      CancellationReasons: [{ Code: "ConditionalCheckFailed" }],
    });
    expect((await invoke(fail(error))).status).toBe(500);
  });
});

describe("time", () => {
  const never = makeFunction(() => new Promise(() => {}));

  test("a second before its end, a function answers 503 and says that a retry is safe", async () => {
    const reply = await invoke(never, {}, makeContext(1020));
    expect(reply.problem()).toMatchObject({
      status: 503,
      detail: "This took too long. Send it again; nothing is stored twice.",
    });
    expect(reply.headers["retry-after"]).toBe("2");
    expect(reply.log).toHaveLength(1);
    expect(reply.log[0]).toMatchObject({ status: 503, problem: "unavailable" });
  });

  test("with less than a second left it does so at once", async () => {
    expect((await invoke(never, {}, makeContext(10))).status).toBe(503);
  });

  test("an answer in time is not disturbed", async () => {
    const handler = makeFunction(async () => ({ status: 200, json: { name: "thing" } }));
    expect((await invoke(handler, {}, makeContext(1500))).status).toBe(200);
  });
});
