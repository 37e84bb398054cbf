/** Something about an article that looks wrong. It is said, never changed. */
export interface ArticleWarning {
  readonly code: string;
  /** A sentence for whoever looks after the feed. */
  readonly detail: string;
  /** Where in the reading, as a JSON Pointer: `/lines/3`, `/metadata/title`. */
  readonly pointer?: string;
}
