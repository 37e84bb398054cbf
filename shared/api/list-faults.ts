import type * as z from "zod";

/** What is wrong with a name that no schema has. */
export const unknownName = "is not known here";

/** What a schema has found, a fault each; zod tells of all unknown keys in one issue. */
export function listFaults(error: z.ZodError): { path: readonly PropertyKey[]; detail: string }[] {
  return error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: [...issue.path, key], detail: unknownName }))
      : [{ path: issue.path, detail: uncapitalize(issue.message) }],
  );
}

function uncapitalize(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
