import * as z from "zod";
import { Change } from "../change.ts";
import { defineOperation } from "../operation.ts";
import { page } from "../parameters/page-query.ts";
import { nextPage } from "../response-headers.ts";

export const listChanges = defineOperation({
  id: "list-changes",
  method: "GET",
  path: "/v1/changes",
  summary: "List what has changed, oldest first",
  description:
    "Every creation, update, retraction and change of role, in one order that never changes. Go on with `nextCursor`, which is always there: an empty page means that nothing has happened since. A change can come twice, never not at all; it appears a second or two after it was accepted.",
  scope: "read",
  params: z.strictObject({}),
  query: z.strictObject({
    start: z
      .enum(["beginning", "now"])
      .default("beginning")
      .describe("Where to begin without a cursor; `now` gives an empty page and the cursor to go on with"),
    ...page,
  }),
  headers: z.object({}),
  responses: {
    200: {
      description: "A page",
      schema: z.object({ items: z.array(Change), nextCursor: z.string() }).meta({ id: "ChangeList" }),
      headers: nextPage,
    },
  },
});
