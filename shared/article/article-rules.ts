import type { LineMatcher } from "./match-line.ts";

/** What is known of a partner's articles beforehand. */
export interface ArticleRules {
  /** Says whether a line is the partner's boilerplate: it stays in the text, marked, and the fingerprint leaves it out. */
  readonly isBoilerplate: LineMatcher;
  /** For what neither the submission nor the document says. */
  readonly defaults: {
    readonly language?: string | undefined;
    readonly source?: string | undefined;
    readonly tags?: readonly string[] | undefined;
  };
  /** Equal for equal rules; kept with each article, so that those can be found that were read by others. */
  readonly digest: string;
}
