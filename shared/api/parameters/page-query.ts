import * as z from "zod";

/** Query of every list. */
export const page = {
  limit: z.coerce.number().int().min(1).max(200).default(20),
  cursor: z.string().min(1).optional(),
};
