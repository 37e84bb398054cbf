import type * as z from "zod";
import { listFaults } from "./list-faults.ts";
import { ProblemError } from "./problem.ts";

/** As many as are told of one value; a body of 8 MB has room for a million. */
const maxFaults = 20;
const maxNameCharacters = 200;

/**
 * The problem of a value that does not fit its schema, with a JSON Pointer to each field at fault.
 *
 * @param what the value, for a fault of the whole
 */
export function refuseFaults(error: z.ZodError, what: "The item" | "The body"): ProblemError {
  const faults = listFaults(error);
  const errors = faults.slice(0, maxFaults).map(({ path, detail }) => ({ pointer: toPointer(path), detail }));
  const words = errors.map(({ pointer, detail }) => `${pointer || what} ${detail}`).join("; ");
  const more = faults.length > maxFaults ? `; and ${(faults.length - maxFaults).toLocaleString("en")} more` : "";
  return new ProblemError("invalid-submission", `${words}${more}. Nothing was stored.`, { errors });
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
