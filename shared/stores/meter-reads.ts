import type {
  BatchGetItemCommandOutput,
  DynamoDBClient,
  QueryCommandInput,
  QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Explanation } from "../api/explanation.ts";

type MeteredRequest = Explanation["requests"][number];

export interface ReadMeter {
  /** Runs something and tells every read of DynamoDB that it made, with its cost. One at a time. */
  watch<T>(run: () => Promise<T>): Promise<{ result: T; requests: readonly MeteredRequest[] }>;
}

type Input = QueryCommandInput & { ReturnConsumedCapacity?: string };
type Output = QueryCommandOutput | BatchGetItemCommandOutput;

/** Puts a meter on a client. It asks for the consumed capacity only while it watches. */
export function meterReads(client: DynamoDBClient): ReadMeter {
  let requests: MeteredRequest[] | undefined;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const watching = requests;
      if (watching === undefined) return next(args);
      const input = args.input as Input;
      const result = await next({ ...args, input: { ...input, ReturnConsumedCapacity: "TOTAL" } as typeof args.input });
      watching.push(describe(String(context.commandName).replace(/Command$/, ""), input, result.output as Output));
      return result;
    },
    { step: "initialize", name: "meterReads" },
  );
  return {
    async watch(run) {
      const watching: MeteredRequest[] = [];
      requests = watching;
      try {
        return { result: await run(), requests: watching };
      } finally {
        requests = undefined;
      }
    },
  };
}

function describe(operation: string, input: Input, output: Output): MeteredRequest {
  const consumed = [output.ConsumedCapacity ?? []].flat();
  const responses = "Responses" in output ? Object.values(output.Responses ?? {}).flat() : undefined;
  const partition = input.ExpressionAttributeValues?.[":partition"]?.S;
  const where =
    partition === undefined ? {} : { partition: input.IndexName ? `${input.IndexName} ${partition}` : partition };
  return {
    operation,
    ...where,
    items: responses?.length ?? ("Items" in output ? (output.Items?.length ?? 0) : "Item" in output ? 1 : 0),
    readUnits: consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0),
  };
}
