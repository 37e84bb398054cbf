/** A field of the form above the list, by the name of the API's parameter. */
export interface FilterField {
  readonly name: string;
  readonly label: string;
  /** `words`: any of several values; `choice`: one of a few, which may stand for several values, and the first for none. */
  readonly kind: "words" | "day" | "choice";
  readonly choices?: readonly { readonly label: string; readonly values: readonly string[] }[];
}

/** All that the list can be narrowed and ordered by. */
export const filterFields: readonly FilterField[] = [
  { name: "partner", label: "Partner", kind: "words" },
  { name: "source", label: "Source", kind: "words" },
  { name: "language", label: "Language", kind: "words" },
  { name: "tag", label: "Tag", kind: "words" },
  { name: "author", label: "Author", kind: "words" },
  { name: "publishedFrom", label: "Published from (UTC)", kind: "day" },
  { name: "publishedTo", label: "Published before (UTC)", kind: "day" },
  {
    name: "duplicates",
    label: "Copies",
    kind: "choice",
    choices: [
      { label: "One per story", values: [] },
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
    ],
  },
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
