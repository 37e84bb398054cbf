import * as z from "zod";
import type { Operation } from "../../shared/api/operation.ts";
import { ProblemError, type ProblemPointer } from "../../shared/api/problem.ts";
import type { HttpLink } from "./http-function.ts";

/** What is wrong with a name that no schema has. */
export const unknownName = "is not known here";

/** A body of 8 MB has room for a million unknown fields; the answer has not. */
const maxFaults = 20;
const maxNameCharacters = 200;

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
  const errors = result.error.issues.flatMap((issue) =>
    listFaults(issue).map(({ path, detail }) => ({ pointer: `${place}:${String(path[0] ?? "")}`, detail })),
  );
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
  if (schema instanceof z.ZodOptional) return takesList(schema.unwrap());
  return schema instanceof z.ZodArray;
}

/**
 * Parses a JSON body.
 *
 * @throws ProblemError `invalid-submission` with a JSON Pointer to each field at fault
 */
export function parseBody<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap(listFaults);
  const errors: ProblemPointer[] = faults.slice(0, maxFaults).map(({ path, detail }) => ({
    pointer: toPointer(path),
    detail,
  }));
  const words = errors.map(({ pointer, detail }) => `${pointer || "The body"} ${detail}`).join("; ");
  const more = faults.length > maxFaults ? `; and ${(faults.length - maxFaults).toLocaleString("en")} more` : "";
  throw new ProblemError("invalid-submission", `${words}${more}. Nothing was stored.`, { errors });
}

/** zod tells of all unknown keys in one issue; each is a fault of its own here. */
function listFaults(issue: z.core.$ZodIssue): { path: readonly PropertyKey[]; detail: string }[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...issue.path, key], detail: unknownName }));
  }
  return [{ path: issue.path, detail: uncapitalize(issue.message) }];
}

function uncapitalize(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}

/** JSON Pointer (RFC 6901); a name of absurd length is cut off. */
function toPointer(path: readonly PropertyKey[]): string {
  return path
    .map((step) => {
      const name = String(step);
      const shown = name.length > maxNameCharacters ? `${name.slice(0, maxNameCharacters).toWellFormed()}…` : name;
      return `/${shown.replace(/~/g, "~0").replace(/\//g, "~1")}`;
    })
    .join("");
}
