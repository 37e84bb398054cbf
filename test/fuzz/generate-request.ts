import { gzipSync } from "node:zlib";
import openapi from "../../shared/api/openapi.json" with { type: "json" };
import type { Random } from "../support/random.ts";
import { generateHex, generateValue, oddStrings, type Schema } from "./generate-value.ts";
import { mutateDocument, type RealDocument } from "./mutate-document.ts";

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly schema: Schema;
}

interface FuzzedOperation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Readonly<Record<string, Schema>> | undefined;
}

/** All operations of the OpenAPI document. */
export const fuzzedOperations: readonly FuzzedOperation[] = Object.entries(openapi.paths).flatMap(([path, item]) =>
  Object.entries(item as unknown as Record<string, OperationObject>).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    parameters: operation.parameters ?? [],
    body:
      operation.requestBody &&
      Object.fromEntries(Object.entries(operation.requestBody.content).map(([type, { schema }]) => [type, schema])),
  })),
);

interface OperationObject {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

export interface FuzzedRequest {
  readonly operation: string;
  readonly method: string;
  /** With query, as it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** What a fuzzer has learned from answers, to be used in later requests: what nobody guesses. */
export interface Lore {
  readonly ids: string[];
  readonly cursors: string[];
  readonly etags: string[];
  readonly keys: readonly string[];
}

const oddRevisions = ["2..1", "0", "1..99", "..", "1..", "-1", "1.5", "999999999999"];

const sendings = ["PUT", "POST"];

/** A request to one of the operations: mostly one that could be meant, with something about it that is not as it should be. */
export function generateRequest(random: Random, lore: Lore, documents: readonly RealDocument[]): FuzzedRequest {
  const operation = random.pick(random.chance(0.4) ? fuzzedOperations.filter(takesBody) : fuzzedOperations);
  const { contentType, bytes } = generateBody(operation, random, documents);
  const isPacked = bytes !== undefined && random.chance(0.1);
  const isDamaged = isPacked && random.chance(0.3);
  const packed = isPacked ? gzipSync(bytes) : bytes;
  const headers = {
    ...(random.chance(0.97) && { authorization: `Bearer ${chooseKey(random, lore)}` }),
    ...(contentType !== undefined && { "content-type": contentType }),
    ...(isPacked && { "content-encoding": random.chance(0.95) ? "gzip" : "br" }),
    ...(random.chance(0.2) && { "accept-encoding": random.pick(["gzip", "br;q=1, *;q=0", "identity;q=0", "x;q=2"]) }),
    ...generateHeaders(operation, random, lore),
  };
  return {
    operation: operation.name,
    method: random.chance(0.98) ? operation.method : random.pick(["PATCH", "OPTIONS", "HEAD", "DELETE", "POST"]),
    path: `${generatePath(operation, random, lore)}${generateQuery(operation, random, lore)}`,
    headers,
    body: isDamaged ? packed?.subarray(0, packed.length >> 1) : packed,
  };
}

function takesBody({ body }: FuzzedOperation): boolean {
  return body !== undefined;
}

/** Mostly one that may do everything. */
function chooseKey(random: Random, { keys }: Lore): string {
  if (random.chance(0.03)) return random.pick(["", "x", `${keys[0]}x`, "a.b.c"]);
  return random.pick(random.chance(0.85) ? keys.slice(0, 2) : keys);
}

function generatePath({ path }: FuzzedOperation, random: Random, lore: Lore): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (random.chance(0.08)) return encode(random.pick(oddStrings).slice(0, 500), random);
    if (name === "partnerArticleId")
      return random.chance(0.1) && lore.ids.length > 0 ? `~${random.pick(lore.ids)}` : `f${random.below(12)}`;
    if (name === "revisions") return random.pick(random.chance(0.7) ? ["1", "2", "1..2"] : oddRevisions);
    return random.chance(0.8) && lore.ids.length > 0 ? random.pick(lore.ids) : generateHex(random, 32);
  });
}

/** Percent-encoded, but for now and then a character that should be. */
function encode(text: string, random: Random): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return random.chance(0.1) ? encoded.replace("%25", "%") : encoded;
}

function generateQuery({ parameters }: FuzzedOperation, random: Random, lore: Lore): string {
  const pairs = parameters
    .filter((parameter) => parameter.in === "query" && random.chance(0.25))
    .flatMap(({ name, schema }) => {
      const value =
        name === "cursor" && lore.cursors.length > 0 && random.chance(0.8)
          ? random.pick(lore.cursors)
          : name === "cluster" && lore.ids.length > 0 && random.chance(0.8)
            ? random.pick(lore.ids)
            : generateValue(schema, random);
      const values = Array.isArray(value) ? value : random.chance(0.03) ? [value, value] : [value];
      return values.map(
        (one) => `${name}=${encode(typeof one === "string" ? one.slice(0, 500) : String(JSON.stringify(one)), random)}`,
      );
    });
  if (random.chance(0.03)) pairs.push(`${encode(random.pick(oddStrings).slice(0, 500), random)}=1`);
  // What is longer is refused by HTTP servers, in words of their own.
  const query = pairs.join("&").slice(0, 6000);
  return query === "" ? "" : `?${query}`;
}

function generateHeaders({ parameters }: FuzzedOperation, random: Random, { etags }: Lore): Record<string, string> {
  const named = parameters.filter((parameter) => parameter.in === "header" && random.chance(0.25));
  const values = ["*", '"v1"', '"v2"', 'W/"v1"', "v1", ",", '"', '""', ...etags];
  return Object.fromEntries(named.map(({ name }) => [name, random.pick(values)]));
}

function generateBody(
  { method, body }: FuzzedOperation,
  random: Random,
  documents: readonly RealDocument[],
): { contentType: string | undefined; bytes: Buffer | undefined } {
  if (body === undefined) {
    const isStray = sendings.includes(method) || random.chance(0.02);
    return isStray
      ? { contentType: "text/plain", bytes: Buffer.from("stray") }
      : { contentType: undefined, bytes: undefined };
  }
  const types = Object.keys(body);
  const isReal = types.length > 1 && random.chance(0.7);
  const document = random.pick(documents);
  const type = isReal && random.chance(0.9) ? document.contentType : random.pick(types);
  const schema = body[type];
  const bytes = isReal ? mutateDocument(document, documents, random) : writeValue(type, schema, random);
  const oddTypes = [
    "application/octet-stream",
    "text/html; charset=utf-16",
    "text/html; charset=nonsense",
    ";",
    "text/",
  ];
  const isOdd = random.chance(0.05);
  const charset = random.chance(0.1)
    ? `; charset=${random.pick(["utf-8", "iso-8859-1", "windows-1252", "utf-16le", '"'])}`
    : "";
  return { contentType: isOdd ? random.pick(oddTypes) : `${type}${charset}`, bytes };
}

function writeValue(type: string, schema: Schema | undefined, random: Random): Buffer {
  if (schema === undefined || !type.includes("json") || schema.type === "string") {
    return Buffer.from(Array.from({ length: random.below(5) }, () => random.pick(oddStrings)).join("\n"));
  }
  return Buffer.from(JSON.stringify(generateValue(schema, random)) ?? "");
}
