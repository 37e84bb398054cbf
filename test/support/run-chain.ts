import { gunzipSync } from "node:zlib";
import * as z from "zod";
import type { KeyStore } from "../../functions/http/authenticate.ts";
import {
  type Answer,
  type HandlerContext,
  type HttpHandler,
  httpFunction,
} from "../../functions/http/http-function.ts";
import { defineOperation, type Operation } from "../../shared/api/operation.ts";
import { Problem } from "../../shared/api/problem-document.ts";
import { hashSecret, makeKey } from "../../shared/partner-key.ts";
import { unsetSettings } from "../../shared/partner-policy.ts";
import type { PartnerSettings } from "../../shared/partner-settings.ts";
import type { KeyRecord } from "../../shared/stores/partner-table.ts";
import { type EventOptions, makeContext, makeEvent } from "./make-event.ts";

/** An answer of a function, as a client would see it behind the gateway. */
export interface Reply {
  readonly status: number;
  /** By small names. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire, still gzipped where it is. */
  readonly content: Buffer;
  readonly text: string;
  json(): unknown;
  /** Throws when the answer is no problem document. */
  problem(): Problem;
  /** Lines that the function logged meanwhile, parsed. */
  readonly log: readonly Record<string, unknown>[];
}

/** Sends one event through a handler and collects what it answers and logs. */
export async function invoke(
  handler: HttpHandler,
  options: EventOptions = {},
  context = makeContext(),
): Promise<Reply> {
  const lines: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((chunk: string) => lines.push(chunk) > 0) as typeof process.stdout.write;
  let result: Awaited<ReturnType<HttpHandler>>;
  try {
    result = await handler(makeEvent(options), context);
  } finally {
    process.stdout.write = write;
  }
  const content = Buffer.from(result.body ?? "", result.isBase64Encoded ? "base64" : "utf8");
  const headers = Object.fromEntries(
    Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const text = (headers["content-encoding"] === "gzip" ? gunzipSync(content) : content).toString();
  return {
    status: result.statusCode ?? 0,
    headers,
    content,
    text,
    json: () => JSON.parse(text),
    problem() {
      if (headers["content-type"] !== "application/problem+json") throw new Error(`No problem: ${text.slice(0, 500)}`);
      return Problem.strict().parse(JSON.parse(text));
    },
    log: lines
      .join("")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line)),
  };
}

/** A key and its record; equal for equal numbers. */
export function makeTestKey(number: number, scopes: KeyRecord["scopes"] = ["read"]) {
  const { keyId, secret, text } = makeKey((bytes) => Buffer.alloc(bytes, `${number}.`));
  const record: KeyRecord = {
    keyId,
    partner: `partner-${number}`,
    scopes,
    secretHash: hashSecret(secret),
    createdAt: "2026-11-23T08:00:00.000Z",
  };
  return { keyId, secret, text, record, headers: { Authorization: `Bearer ${text}` } };
}

/** A store of keys in memory that remembers what it was asked for. */
export function makeKeyStore(
  records: readonly KeyRecord[],
  settings: PartnerSettings = unsetSettings,
): KeyStore & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async getKey(keyId) {
      asked.push(keyId);
      return records.find((record) => record.keyId === keyId);
    },
    getSettings: async () => settings,
  };
}

/** An operation small enough to see the chain through. */
export const readThing = defineOperation({
  id: "read-thing",
  method: "GET",
  path: "/v1/things/{id}",
  summary: "Read a thing",
  scope: "read",
  params: z.strictObject({ id: z.string().max(10) }),
  query: z.strictObject({
    limit: z.coerce.number().int().min(1).max(10).default(5),
    tag: z.array(z.string().min(1)).optional(),
    word: z.string().min(1).optional(),
  }),
  headers: z.object({}),
  responses: {
    200: { description: "It", schema: z.object({ name: z.string(), parts: z.array(z.string()).optional() }) },
    304: { description: "Nothing has changed" },
  },
});

/** The same without a scope, for what has nothing to do with keys. */
export const openThing = defineOperation({
  id: "open-thing",
  method: "GET",
  path: "/things",
  summary: "Read a thing without a key",
  params: z.object({}),
  query: z.looseObject({}),
  headers: z.object({}),
  responses: readThing.responses,
});

/** A function that answers like this, whatever is declared: to see what the chain makes of it. */
export function makeFunction(
  answer: (context: HandlerContext) => Answer | Promise<Answer>,
  operation: Operation = openThing,
): HttpHandler {
  const handle = async (_request: unknown, context: HandlerContext) => answer(context);
  return httpFunction(operation, handle as never);
}
