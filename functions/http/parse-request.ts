import * as z from "zod";
import { listFaults } from "../../shared/api/list-faults.ts";
import type { Operation } from "../../shared/api/operation.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import type { HttpLink } from "./http-function.ts";

/** Parses path, query and headers by the operation's schemas; a body is read by the handlers that take one. */
export function parseRequest(operation: Operation): HttpLink {
  return {
    before(request) {
      const { event } = request;
      request.context.state.parsed = {
        params: parsePart("path", operation.params, event.pathParameters ?? {}),
        query: parsePart("query", operation.query, readQuery(operation.query, event.rawQueryString)),
        headers: parsePart("header", operation.headers, event.headers),
      };
    },
  };
}

function parsePart(place: "path" | "query" | "header", schema: z.ZodObject, values: object): Record<string, unknown> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const errors = listFaults(result.error).map(({ path, detail }) => ({
    pointer: `${place}:${String(path[0] ?? "")}`,
    detail,
  }));
  const known = Object.keys(schema.shape);
  const hint = place === "query" && known.length > 0 ? ` Parameters here: ${known.join(", ")}.` : "";
  throw new ProblemError(
    "invalid-parameter",
    `${errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join("; ")}.${hint}`,
    { errors },
  );
}

/** The query as an object. A parameter that takes a list may be repeated; any other one may not. */
function readQuery(schema: z.ZodObject, rawQuery: string): Record<string, string | string[]> {
  const given = new URLSearchParams(rawQuery);
  // Without a prototype: a parameter named __proto__ would otherwise set that, and be ignored.
  const query: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(given.keys())) {
    const values = given.getAll(name);
    if (takesList(schema.shape[name])) query[name] = values;
    // An unknown name is for the schema to judge, however often it is there.
    else if (values.length === 1 || !Object.hasOwn(schema.shape, name)) query[name] = values[0] ?? "";
    else {
      throw new ProblemError("invalid-parameter", `query:${name} is there ${values.length} times; give it once.`, {
        errors: [{ pointer: `query:${name}`, detail: "may be given only once" }],
      });
    }
  }
  return query;
}

function takesList(schema: unknown): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return takesList(schema.unwrap());
  return schema instanceof z.ZodArray;
}
