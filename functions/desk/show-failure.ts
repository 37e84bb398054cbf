import { ProblemAnswer } from "../../shared/api/problem-answer.ts";
import { turnTo } from "./desk-context.ts";
import { make } from "./make-element.ts";

interface Failure {
  readonly status?: number;
  readonly title: string;
  readonly detail: string;
  /** Places at fault, in words. */
  readonly faults: readonly string[];
}

/** What went wrong, for a reader: a problem document in its own words, or that nobody answered. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ProblemAnswer) {
    const { title, detail, errors = [] } = error.problem;
    const faults = errors.map(({ pointer, detail: words }) => `${pointer.replace(/^\w+:/, "")}: ${words}`);
    return { status: error.status, title, detail, faults };
  }
  // What fetch throws where there is no answer says nothing that a reader could use.
  if (error instanceof TypeError) {
    return {
      title: "No answer",
      detail: "The service does not answer. Is it running, and are you online?",
      faults: [],
    };
  }
  return { title: "This did not work", detail: error instanceof Error ? error.message : String(error), faults: [] };
}

/** Whether the key was refused: then it is time to ask for another. */
export function isRefusal(error: unknown): error is ProblemAnswer {
  return error instanceof ProblemAnswer && (error.status === 401 || error.status === 403);
}

/** A failure as a part of a view. */
export function makeFailure(error: unknown): HTMLElement {
  const { title, detail, faults } = describeFailure(error);
  // The detail often names the faults already.
  const more = faults.filter((fault) => !detail.includes(fault.slice(fault.indexOf(":") + 2)));
  return make(
    "div",
    { class: "notice fault", role: "alert" },
    make("p", {}, make("strong", {}, title)),
    make("p", {}, detail),
    more.length > 0 ? make("ul", {}, ...more.map((fault) => make("li", {}, fault))) : undefined,
  );
}

/** A failure instead of a view. */
export function showFailure(main: HTMLElement, error: unknown): void {
  const { title } = describeFailure(error);
  const back = make("p", {}, make("a", { href: "?" }, "To the articles"));
  turnTo(main, title, make("h1", {}, title), makeFailure(error), back);
}
