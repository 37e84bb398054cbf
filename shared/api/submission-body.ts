import * as z from "zod";
import { Article, JsonFeed, Ninjs } from "./submission.ts";

const documentText = z.string().meta({ description: "The document itself, in the charset that Content-Type names" });
const lines = z.string().meta({ description: "JSON with an article on each line" });
const xml = z.string().meta({ description: "RSS 2.0 or 1.0, Atom, or a single Atom entry" });

/** What a submission may be, by media type. */
export const submissionBody = {
  "application/json": z.union([Article, Ninjs, JsonFeed]),
  "application/feed+json": JsonFeed,
  "application/x-ndjson": lines,
  "application/ndjson": lines,
  "application/jsonl": lines,
  "text/html": documentText,
  "text/plain": documentText,
  "application/rss+xml": xml,
  "application/atom+xml": xml,
  "application/rdf+xml": xml,
  "application/xml": xml,
  "text/xml": xml,
};
