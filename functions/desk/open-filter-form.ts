import type { ArticleSummary } from "../../shared/api/article-summary.ts";
import { type Filters, writeAddress } from "./address.ts";
import { type FilterField, filterFields, joinValues, splitValues } from "./filter-fields.ts";
import { make } from "./make-element.ts";

export interface FilterForm {
  readonly element: HTMLElement;
  /** Shows the filters that are set. */
  fill(filters: Filters): void;
  /** Learns what there is to filter by from articles that were listed. */
  suggest(articles: readonly ArticleSummary[]): void;
}

/** Where the page is as wide as this, the filters stand open beside the list. */
const wide = matchMedia("(min-width: 56rem)");

/** The form beside the list; its fields are those of filter-fields.ts. */
export function openFilterForm(apply: (filters: Filters) => void): FilterForm {
  const inputs = new Map(filterFields.map((field) => [field.name, makeInput(field)]));
  const suggestions = new Map(
    filterFields
      .filter(({ kind }) => kind === "words")
      .map(({ name }) => [name, make("datalist", { id: `known-${name}` })]),
  );
  const active = make("ul", { class: "active", "aria-label": "Filters that are set" });
  const summary = make("summary", {}, "Filters");
  const fields = filterFields.flatMap((field) => {
    const input = inputs.get(field.name);
    const label = make("label", { for: `filter-${field.name}` }, field.label);
    return input === undefined ? [] : [make("div", { class: field.kind }, label, input, suggestions.get(field.name))];
  });
  const form = make(
    "form",
    { role: "search", "aria-label": "Articles" },
    ...fields,
    make("p", { class: "hint" }, "Several values with ; between them: any of these."),
    make("p", { class: "actions" }, make("button", { class: "primary" }, "Show"), make("a", { href: "?" }, "Clear")),
  );
  const submit = () => apply({ ...unknown, ...readForm(inputs) });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement) submit();
  });

  /** Filters of the address that have no field; they stay until they are taken away. */
  let unknown: Filters = {};

  return {
    element: make(
      "div",
      { class: "filter-column" },
      make("details", { class: "filters", open: wide.matches }, summary, form),
      active,
    ),
    fill(filters) {
      unknown = Object.fromEntries(Object.entries(filters).filter(([name]) => !inputs.has(name)));
      for (const field of filterFields) fillInput(field, inputs.get(field.name), filters[field.name] ?? []);
      const set = Object.entries(filters).flatMap(([name, values]) => values.map((value) => ({ name, value })));
      summary.textContent = set.length === 0 ? "Filters" : `Filters (${set.length})`;
      active.replaceChildren(...set.map(({ name, value }) => makeRemover(filters, name, value)));
    },
    suggest(articles) {
      for (const { partner, source, language, tags = [], authors = [] } of articles) {
        const seen = { partner: [partner], source: [source], language: [language], tag: tags, author: authors };
        for (const [name, values] of Object.entries(seen)) addOptions(suggestions.get(name), values);
      }
    },
  };
}

type Input = HTMLInputElement | HTMLSelectElement;

function makeInput({ name, kind, choices = [] }: FilterField): Input {
  const id = `filter-${name}`;
  if (kind === "choice") {
    return make("select", { id }, ...choices.map(({ label }, index) => make("option", { value: index }, label)));
  }
  if (kind === "search") return make("input", { id, type: "search", autocomplete: "off", enterkeyhint: "search" });
  if (kind === "day") return make("input", { id, type: "date" });
  return make("input", { id, type: "text", list: `known-${name}`, autocomplete: "off", autocapitalize: "none" });
}

function fillInput({ kind, choices = [] }: FilterField, input: Input | undefined, values: readonly string[]): void {
  if (input === undefined) return;
  const text = joinValues(values);
  if (kind === "choice") {
    const choice = choices.findIndex((option) => joinValues(option.values) === text);
    // None is chosen where the address has a value that the form does not offer.
    (input as HTMLSelectElement).selectedIndex = choice;
    return;
  }
  // An address may name a time within a day, which a field for days cannot show.
  if (kind === "day") (input as HTMLInputElement).type = /^(?:\d{4}-\d\d-\d\d)?$/.test(text) ? "date" : "text";
  input.value = text;
}

function readForm(inputs: ReadonlyMap<string, Input>): Filters {
  const filters: Record<string, readonly string[]> = {};
  for (const { name, kind, choices = [] } of filterFields) {
    const input = inputs.get(name);
    if (input === undefined) continue;
    const text = input.value.trim();
    if (kind === "search" && text !== "") filters[name] = [text];
    if (kind === "search") continue;
    const values = kind === "choice" ? (choices[Number(input.value)]?.values ?? []) : splitValues(input.value);
    if (values.length > 0) filters[name] = values;
  }
  return filters;
}

/** A filter that is set, as a link to the list without it. */
function makeRemover(filters: Filters, name: string, value: string): HTMLElement {
  const rest = (filters[name] ?? []).filter((other) => other !== value);
  // Without values it has no place in the address.
  const without = { ...filters, [name]: rest };
  const label = filterFields.find((field) => field.name === name)?.label ?? name;
  return make(
    "li",
    {},
    make(
      "a",
      { href: writeAddress({ name: "list" }, without), "aria-label": `Remove the filter ${label}: ${value}` },
      `${label}: ${value}`,
      make("span", { "aria-hidden": "true" }, " ×"),
    ),
  );
}

function addOptions(list: HTMLDataListElement | undefined, values: readonly (string | undefined)[]): void {
  const known = new Set([...(list?.options ?? [])].map(({ value }) => value));
  for (const value of new Set(values)) {
    if (value !== undefined && !known.has(value)) list?.append(make("option", { value }));
  }
}
