import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { matchPath } from "../../shared/api/match-path.ts";
import openapi from "../../shared/api/openapi.json" with { type: "json" };

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: "openapi", components: openapi.components });

const problemSchema = { $ref: "openapi#/components/schemas/Problem" };

interface ResponseObject {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/**
 * Checks an answer against the OpenAPI document: status, media type, body and headers.
 *
 * @throws Error that names what does not fit
 */
export function checkAnswer(method: string, path: string, response: Response, text: string): void {
  const name = `${method} ${path} ${response.status}`;
  const fail = (reason: string): never => {
    throw new Error(`${name} is not what the OpenAPI document says: ${reason}\n${text.slice(0, 500)}`);
  };
  if (!response.headers.has("x-request-id")) fail("there is no X-Request-Id");
  const mediaType = response.headers.get("content-type")?.split(";")[0];
  const declared = findResponse(method, path, response.status);
  if (declared === undefined) {
    if (mediaType !== "application/problem+json") fail(`the media type is ${mediaType}`);
    validate(problemSchema, text, fail);
    return;
  }
  const types = Object.keys(declared.content ?? {});
  if (types.length === 0) {
    if (text !== "") fail("there is a body");
    return;
  }
  const content = declared.content?.[mediaType ?? ""];
  if (content === undefined) fail(`the media type is ${mediaType}, not one of ${types.join(", ")}`);
  if (content !== undefined && mediaType === "application/json") validate(content.schema, text, fail);
}

function findResponse(method: string, path: string, status: number): ResponseObject | undefined {
  const encoded = path.split("?", 1)[0] ?? "";
  // A path that cannot be decoded belongs to no operation.
  if (/%(?![0-9a-f]{2})/i.test(encoded)) return undefined;
  const decoded = decodeURIComponent(encoded);
  for (const [template, item] of Object.entries(openapi.paths)) {
    const route = template.startsWith("/v1/submissions/") ? template.replace("}", "+}") : template;
    const operation = (item as Record<string, { responses: Record<string, ResponseObject> }>)[method.toLowerCase()];
    if (operation !== undefined && matchPath(route, decoded) !== undefined) return operation.responses[String(status)];
  }
  return undefined;
}

const compiled = new WeakMap<object, ValidateFunction>();

function validate(schema: object, text: string, fail: (reason: string) => void): void {
  const local = () => JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"openapi#/components/'));
  const check = compiled.get(schema) ?? ajv.compile(local());
  compiled.set(schema, check);
  if (!check(JSON.parse(text))) fail(ajv.errorsText(check.errors));
}
