import type { LineProfiles } from "../../shared/line-profiles.ts";

/** For tests of other things: no line recurs. */
export const withoutProfiles: LineProfiles = {
  removeRecurring: async (_partner, { lines }) => lines,
  learn: async () => {},
};
