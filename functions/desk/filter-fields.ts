/** A field of the form above the list, by the name of the API's parameter. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  /** `search`: text to look for; `words`: any of several values; `choice`: one of a few, which may stand for several values, and the first for none. */
  readonly kind: "search" | "words" | "day" | "choice";
  readonly choices?: readonly { readonly label: string; readonly values: readonly string[] }[];
}

/** Orders of the API, the usual one first. */
const orders = [
  { label: "Published, newest first", values: [] },
  { label: "Published, oldest first", values: ["publishedAt"] },
  { label: "Came in, newest first", values: ["-ingestedAt"] },
  { label: "Came in, oldest first", values: ["ingestedAt"] },
] as const;

/** All that the list can be narrowed and ordered by. */
export const filterFields: readonly FilterField[] = [
  { name: "q", label: "Search in title and text", kind: "search" },
  { name: "partner", label: "Partner", kind: "words" },
  { name: "source", label: "Source", kind: "words" },
  { name: "language", label: "Language", kind: "words" },
  { name: "tag", label: "Tag", kind: "words" },
  { name: "author", label: "Author", kind: "words" },
  { name: "publishedFrom", label: "From (UTC)", kind: "day" },
  { name: "publishedTo", label: "Before (UTC)", kind: "day" },
  {
    name: "duplicates",
    label: "Copies",
    kind: "choice",
    choices: [
      { label: "Left out", values: [] },
      { label: "With copies", values: ["include"] },
      { label: "Copies only", values: ["only"] },
    ],
  },
  {
    name: "status",
    label: "Status",
    kind: "choice",
    choices: [
      { label: "Live", values: [] },
      { label: "Retracted", values: ["retracted"] },
      { label: "Both", values: ["live", "retracted"] },
    ],
  },
  { name: "sort", label: "Order", kind: "choice", choices: orders },
];

/** Stands between several values in a field; names of authors have commas in them. */
const separator = ";";

/** The values that a reader typed. */
export function splitValues(text: string): string[] {
  return text
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value !== "");
}

/** The same values, as a reader would type them. */
export function joinValues(values: readonly string[]): string {
  return values.join(`${separator} `);
}
