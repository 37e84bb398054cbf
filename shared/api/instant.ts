import * as z from "zod";

/** A point in time in an answer: ISO 8601, UTC. */
export const instant = z.iso.datetime();
