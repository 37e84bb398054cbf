import type { Problem } from "./problem-document.ts";

/** A problem as a client meets it; what stands between it and the API names no request. */
export type AnsweredProblem = Omit<Problem, "instance"> & { readonly instance?: string };

/** Thrown by the client for every answer that an operation does not declare: a problem document, or what a proxy says. */
export class ProblemAnswer extends Error {
  readonly status: number;
  readonly problem: AnsweredProblem;
  readonly headers: Headers;

  constructor(response: Response, text: string) {
    const problem = readProblem(response, text);
    super(`${response.status} ${problem.title}: ${problem.detail}`);
    this.name = "ProblemAnswer";
    this.status = response.status;
    this.problem = problem;
    this.headers = response.headers;
  }
}

/** What is no problem document becomes one of the type that says no more than its status (RFC 9457, section 4.2.1). */
function readProblem({ status, statusText, headers }: Response, text: string): AnsweredProblem {
  const mediaType = headers.get("content-type") ?? "no media type";
  if (mediaType.startsWith("application/problem+json")) {
    try {
      return JSON.parse(text) as AnsweredProblem;
    } catch {
      // A problem document that was cut off still has its status.
    }
  }
  const title = statusText || "Not an answer of this API";
  return { type: "about:blank", title, status, detail: `${mediaType}: ${text.slice(0, 200).trim() || "no body"}` };
}
