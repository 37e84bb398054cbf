/** Media types of what the XML parser reads. */
export const feedMediaTypes: readonly string[] = [
  "application/rss+xml",
  "application/atom+xml",
  "application/rdf+xml",
  "application/xml",
  "text/xml",
];

/** Every media type that items are read from. */
export const itemMediaTypes: readonly string[] = [
  "application/json",
  "application/feed+json",
  "application/x-ndjson",
  "application/ndjson",
  "application/jsonl",
  "text/html",
  "text/plain",
  ...feedMediaTypes,
];
