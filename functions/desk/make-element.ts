type Child = Node | string | undefined;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Makes an element. Strings become text and attributes are set one by one, so that nothing of an article is ever read as
 * HTML. `true` sets an attribute without a value; what is `undefined` or `false` is left out.
 */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return complete(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function makeSvg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  return complete(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function complete<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Makes a button that does something. */
export function makeButton(words: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const button = make("button", { type: "button", ...attributes }, words);
  button.addEventListener("click", act);
  return button;
}

/** A part of a page under its heading. */
export function makeSection(title: string, ...children: readonly Child[]): HTMLElement {
  return make("section", {}, make("h2", {}, title), ...children);
}

/** Terms and what they are; a term without a value is left out. */
export function makeFacts(facts: readonly (readonly [term: string, value: Child])[]): HTMLElement {
  const known = facts.filter(([, value]) => value !== undefined && value !== "");
  return make(
    "dl",
    { class: "facts" },
    ...known.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]),
  );
}

/** A table, whose first column names the rows. */
export function makeTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly Child[])[],
  options: { readonly numbersFrom?: number } = {},
): HTMLTableElement {
  const { numbersFrom = columns.length } = options;
  const kind = (column: number) => (column >= numbersFrom ? "number" : undefined);
  const head = columns.map((column, index) => make("th", { scope: "col", class: kind(index) }, column));
  const body = rows.map(([first, ...rest]) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, first),
      ...rest.map((cell, index) => make("td", { class: kind(index + 1) }, cell)),
    ),
  );
  return make(
    "table",
    {},
    make("caption", { class: "visually-hidden" }, caption),
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...body),
  );
}

/** Holds what scrolls by itself where the page is too narrow for it. */
export function makeScroller(label: string, ...children: readonly Child[]): HTMLElement {
  return make("div", { class: "scrolls", role: "region", tabindex: "0", "aria-label": label }, ...children);
}
