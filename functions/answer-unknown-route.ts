import * as z from "zod";
import { matchPath } from "../shared/api/match-path.ts";
import { defineOperation } from "../shared/api/operation.ts";
import { ProblemError } from "../shared/api/problem.ts";
import { routes } from "../shared/api/routes.ts";
import { httpFunction } from "./http/http-function.ts";

/** Not an operation of the API: what the gateway hands over when no route fits. */
const unknownRoute = defineOperation({
  id: "answer-unknown-route",
  method: "GET",
  path: "/{path+}",
  summary: "Answer what is not there",
  params: z.object({}),
  query: z.looseObject({}),
  headers: z.object({}),
  responses: { 404: { description: "There is nothing here" } },
});

export const handler = httpFunction(unknownRoute, async (_request, { event }) => {
  const allowed = Object.values(routes)
    .map((route) => route.split(" ") as [method: string, path: string])
    .filter(([, path]) => matchPath(path, event.rawPath) !== undefined)
    .map(([method]) => method);
  const { method } = event.requestContext.http;
  if (allowed.length === 0) {
    throw new ProblemError("not-found", `There is nothing at ${event.rawPath}. /v1/openapi.json lists what there is.`);
  }
  throw new ProblemError("method-not-allowed", `${method} is not possible here; ${allowed.join(" and ")} is.`, {
    headers: { Allow: allowed.join(", ") },
  });
});
