import { decodeHTML } from "entities/decode";
import { getDomain } from "tldts";

/**
 * Loads the tables that nearly every article needs, public suffixes and named entities, where that is not done. In the bundles
 * they are read when they are first asked for, and take some 10 ms of CPU: whoever waits for an answer has these to spare.
 */
export function loadTables(): void {
  getDomain("news.example");
  decodeHTML("&amp;");
}
