import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { operations } from "../../shared/api/operations.ts";
import { resolveValue } from "../support/evaluate-policy.ts";
import {
  findByOutput,
  findFunction,
  findFunctions,
  findResources,
  synthesizeTemplate,
} from "../support/synthesize-template.ts";

const template = synthesizeTemplate("prod", { search: "on" });
const traced = synthesizeTemplate("prod", { search: "on", tracing: "on", logLevel: "debug" });
const functions = findFunctions(template);
const names = [...functions.keys()];
const unknownRoute = "answer-unknown-route";
/** Functions that no request calls but an event, by what it comes from. */
const eventFunctions = {
  "log-changes": "the stream of the articles table",
  "index-articles": "the same stream",
  "announce-changes": "the stream of the changes table, and a schedule",
  "deliver-webhooks": "the queue of deliveries",
  "run-import": "the queue of imports",
};
/** Of these, those that mostly wait for the stores. */
const streamFunctions = ["log-changes", "announce-changes"];
const requestFunctions = names.filter((name) => !(name in eventFunctions));

/** Function names by route key, as the gateway will find them. */
const routes = new Map(
  findResources(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => {
    const integrationId = /^integrations\/<(\w+)>$/.exec(resolveValue(Properties["Target"]))?.[1] ?? "";
    const functionId = template.Resources[integrationId]?.Properties["IntegrationUri"]["Fn::GetAtt"][0];
    return [Properties["RouteKey"] as string, names.find((name) => functions.get(name)?.[0] === functionId)];
  }),
);

test("each operation has one function, which is a file under functions/ of the same name", () => {
  expect(requestFunctions.toSorted()).toEqual([unknownRoute, ...operations.map(({ id }) => id)].toSorted());
  const files = readdirSync(new URL("../../functions", import.meta.url)).filter((name) => name.endsWith(".ts"));
  expect(files.map((name) => name.slice(0, -3)).toSorted()).toEqual(names.toSorted());
});

test("each operation has one route, and what is left goes to one function", () => {
  const expected = operations.map(({ id, method, path }) => [`${method} ${path}`, id] as const);
  expect(routes).toEqual(new Map([["$default", unknownRoute], ...expected]));
});

test("no function is without a route, but for those that an event calls", () => {
  expect(new Set(routes.values())).toEqual(new Set(requestFunctions));
});

test("the stream of the articles table calls two functions, in order, and only for articles", () => {
  const sources = findSources("StreamArn").filter((source) => JSON.stringify(source).includes("Articles"));
  const called = sources.map(({ FunctionName }) => FunctionName.Ref).toSorted();
  expect(called).toEqual([functions.get("log-changes")?.[0], functions.get("index-articles")?.[0]].toSorted());
  for (const source of sources) {
    expect(source).toMatchObject({
      EventSourceArn: { "Fn::GetAtt": [expect.stringContaining("Articles"), "StreamArn"] },
      StartingPosition: "TRIM_HORIZON",
      FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ dynamodb: { Keys: { sk: { S: ["article"] } } } }) }] },
    });
    expect(source).not.toHaveProperty("ParallelizationFactor");
  }
});

test("the log of changes is tried again until it succeeds, and waits for what fails", () => {
  const [source] = findSources("StreamArn").filter(
    ({ FunctionName }) => FunctionName.Ref === functions.get("log-changes")?.[0],
  );
  expect(source).toMatchObject({ MaximumRetryAttempts: -1 });
  expect(source).not.toHaveProperty("BisectBatchOnFunctionError");
  expect(source).not.toHaveProperty("DestinationConfig");
});

test("the search index goes on without an article that fails again and again, and tells of it", () => {
  const [deadLetters] = findByOutput(template, "SearchDeadLetters");
  const [source] = findSources("StreamArn").filter(
    ({ FunctionName }) => FunctionName.Ref === functions.get("index-articles")?.[0],
  );
  expect(source).toMatchObject({
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 10,
    DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": [deadLetters, "Arn"] } } },
  });
});

function findSources(attribute: "StreamArn" | "Arn") {
  return findResources(template, "AWS::Lambda::EventSourceMapping")
    .map(([, { Properties }]) => Properties)
    .filter(({ EventSourceArn }) => EventSourceArn["Fn::GetAtt"][1] === attribute);
}

test("the stream of the log wakes one function, with keys only and for entries only", () => {
  const [changesId, { Properties }] = findByOutput(template, "ChangesTable");
  expect(Properties["StreamSpecification"]).toEqual({ StreamViewType: "KEYS_ONLY" });
  const [source, ...others] = findSources("StreamArn").filter(
    ({ EventSourceArn }) => EventSourceArn["Fn::GetAtt"][0] === changesId,
  );
  expect(others).toEqual([]);
  expect(source).toMatchObject({
    FunctionName: { Ref: functions.get("announce-changes")?.[0] },
    MaximumRetryAttempts: 2,
    FilterCriteria: {
      Filters: [{ Pattern: JSON.stringify({ dynamodb: { Keys: { pk: { S: [{ prefix: "entries#" }] } } } }) }],
    },
  });
});

test("a schedule calls the same function every minute", () => {
  expect(findResources(template, "AWS::Events::Rule").map(([, { Properties }]) => Properties)).toEqual([
    expect.objectContaining({
      ScheduleExpression: "rate(1 minute)",
      State: "ENABLED",
      Targets: [
        expect.objectContaining({
          Arn: { "Fn::GetAtt": [functions.get("announce-changes")?.[0], "Arn"] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        }),
      ],
    }),
  ]);
});

test.each([
  ["ImportQueue", "run-import", 5],
  ["DeliveryQueue", "deliver-webhooks", 10],
])("the queue %s calls %s, with one message at a time, and only so often at once", (output, name, concurrency) => {
  const [queueId] = findByOutput(template, output);
  expect(findSources("Arn").filter(({ EventSourceArn }) => EventSourceArn["Fn::GetAtt"][0] === queueId)).toEqual([
    {
      EventSourceArn: { "Fn::GetAtt": [queueId, "Arn"] },
      FunctionName: { Ref: functions.get(name)?.[0] },
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: concurrency },
      Tags: expect.anything(),
    },
  ]);
});

test("nobody but the gateway of this API may call a function, and the schedule its own", () => {
  const apiId = findResources(template, "AWS::ApiGatewayV2::Api")[0]?.[0];
  const [ruleId] = findResources(template, "AWS::Events::Rule")[0] ?? [];
  const all = findResources(template, "AWS::Lambda::Permission").map(([, { Properties }]) => Properties);
  const isScheduled = ({ Principal }: { Principal?: string }) => Principal === "events.amazonaws.com";
  expect(all.filter(isScheduled)).toEqual([
    {
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
      FunctionName: { "Fn::GetAtt": [functions.get("announce-changes")?.[0], "Arn"] },
      SourceArn: { "Fn::GetAtt": [ruleId, "Arn"] },
    },
  ]);
  const permissions = all.filter((permission) => !isScheduled(permission));
  const callable = permissions.map(({ FunctionName, Principal, SourceArn }) => {
    expect(Principal).toBe("apigateway.amazonaws.com");
    expect(resolveValue(SourceArn)).toContain(`:<${apiId}>/`);
    return FunctionName["Fn::GetAtt"][0];
  });
  expect(callable.toSorted()).toEqual(requestFunctions.map((name) => functions.get(name)?.[0]).toSorted());
  expect(findResources(template, "AWS::Lambda::Url")).toEqual([]);
});

test("the gateway hands over events of version 2 and adds no authorizer of its own", () => {
  for (const [, { Properties }] of findResources(template, "AWS::ApiGatewayV2::Integration")) {
    expect(Properties).toMatchObject({ IntegrationType: "AWS_PROXY", PayloadFormatVersion: "2.0" });
  }
  for (const [, { Properties }] of findResources(template, "AWS::ApiGatewayV2::Route")) {
    expect(Properties["AuthorizationType"]).toBe("NONE");
  }
});

describe.each(names)("%s", (name) => {
  const [, { Properties }] = findFunction(template, name);

  const seconds =
    ({ "run-import": 300, "index-articles": 60, "deliver-webhooks": 60 } as Record<string, number>)[name] ?? 20;

  const megabytes = streamFunctions.includes(name) ? 512 : 1024;
  test(`runs on nodejs24.x, arm64, with ${megabytes} MB and ${seconds} s`, () => {
    expect(Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: megabytes,
      Timeout: seconds,
      Handler: "index.handler",
    });
  });

  test("has a heap that its memory holds, with a tenth of that to spare", () => {
    const options: string = Properties["Environment"].Variables.NODE_OPTIONS;
    const [, old, semi] = /^--max-old-space-size=(\d+) --max-semi-space-size=(\d+)$/.exec(options)?.map(Number) ?? [];
    // The young generation has two semi-spaces and as much again for large objects.
    expect(Number(old) + 3 * Number(semi)).toBeLessThan(0.9 * megabytes);
  });

  test("is traced by the runtime where that is asked for, and not else", () => {
    expect(Properties).not.toHaveProperty("TracingConfig");
    expect(findFunction(traced, name)[1].Properties["TracingConfig"]).toEqual({ Mode: "Active" });
  });

  test("logs as JSON into a group of its own", () => {
    expect(Properties["LoggingConfig"]).toMatchObject({ LogFormat: "JSON", ApplicationLogLevel: "INFO" });
    expect(findFunction(traced, name)[1].Properties["LoggingConfig"]).toMatchObject({ ApplicationLogLevel: "DEBUG" });
    const group = Properties["LoggingConfig"].LogGroup.Ref;
    expect(template.Resources[group]?.Type).toBe("AWS::Logs::LogGroup");
    const sharing = [...functions.values()].filter(
      ([, other]) => other.Properties["LoggingConfig"].LogGroup.Ref === group,
    );
    expect(sharing).toHaveLength(1);
  });
});
