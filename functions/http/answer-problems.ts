import { unknownName } from "../../shared/api/list-faults.ts";
import { describeProblem, type ProblemError, problemKinds } from "../../shared/api/problem.ts";
import { explainFailure } from "../../shared/explain-failure.ts";
import type { Answer, HttpLink } from "./http-function.ts";

/** Turns whatever was thrown into a problem document. What is not a problem of the partner's is one of ours, and says no more. */
export function answerProblems(): HttpLink {
  return {
    onError(request) {
      request.response = answerProblem(explainFailure(request.error), request.event.requestContext.requestId);
    },
  };
}

/** The answer that stands for a problem. */
export function answerProblem(problem: ProblemError, requestId: string): Answer {
  const [first] = problem.errors;
  return {
    status: problemKinds[problem.kind].status,
    headers: problem.headers,
    bytes: JSON.stringify(describeProblem(problem, `urn:request:${requestId}`)),
    contentType: "application/problem+json",
    // A name that the partner made up is a part of its request, and might be a key in the wrong place: it is not logged.
    log: { problem: problem.kind, pointer: first?.detail === unknownName ? undefined : first?.pointer },
  };
}
