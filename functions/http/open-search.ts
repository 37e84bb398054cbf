import { ProblemError } from "../../shared/api/problem.ts";
import { connectSearch } from "../../shared/stores/connect-search.ts";
import { openSearchIndex, type SearchIndex } from "../../shared/stores/search-index.ts";

/**
 * The search index, where the stack has one; it costs more than all the rest, so that a stack may do without. Called once, when
 * the function is loaded.
 *
 * @returns gives the index, or throws the ProblemError `search-off`
 */
export function openSearch(): () => SearchIndex {
  const endpoint = process.env["SEARCH_ENDPOINT"];
  const index = endpoint === undefined ? undefined : openSearchIndex(connectSearch(endpoint));
  return () => {
    if (index !== undefined) return index;
    throw new ProblemError(
      "search-off",
      "This stack was deployed without full text search. Whoever runs it turns it on with `cdk deploy -c search=on`, and then has what is there already taken in by `ops search rebuild`; the README tells what it costs. Everything but q works as it is.",
      { errors: [{ pointer: "query:q", detail: "is not answered here" }] },
    );
  };
}
