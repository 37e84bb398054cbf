import type { Attribute } from "./tokenize-html.ts";

/** Follows what stands between the tags of a dropped element, to find where it ends. */
export interface SkippedElement {
  readonly name: string;
  /** Says whether the tag still belongs to the element; otherwise it has ended before this tag. */
  startTag(name: string, attributes: readonly Attribute[], selfClosing: boolean): boolean;
  /** Says whether the element goes on after this tag. */
  endTag(name: string): boolean;
  isForeign(): boolean;
  /** Says whether the text here is part of a formula: a letter, an operator, a number, words. */
  isFormulaText(): boolean;
}

type Content = "html" | "svg" | "math";

/** Tags that end SVG and MathML wherever they stand, by the HTML standard's "rules for parsing tokens in foreign content". */
const breakouts: ReadonlySet<string> = new Set(
  (
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta " +
    "nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
  ).split(" "),
);
const voids: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);
const mathText: ReadonlySet<string> = new Set("mi mo mn ms mtext".split(" "));
const svgIntegration: ReadonlySet<string> = new Set(["foreignobject", "desc", "title"]);

/** Deeper elements are not told apart. An end tag may then seem to end more than it does: harmless, as all is escaped. */
const maxDepth = 100;

/**
 * Begins to skip an element. Bounded and linear: a stack of at most `maxDepth` names, no tree.
 *
 * A template ends with its own end tag; SVG, MathML and the values of forms also where a browser takes the author to have
 * forgotten it, at the next paragraph, heading, list or picture.
 */
export function skipElement(root: string): SkippedElement {
  const names: string[] = [root];
  const contents: Content[] = [contentOf(root, "html", [])];
  const isLenient = root !== "template";

  const content = (): Content => contents.at(-1) ?? "html";

  function popTo(length: number): void {
    names.length = length;
    contents.length = length;
  }

  return {
    name: root,
    isForeign: () => content() !== "html",
    isFormulaText: () => root === "math" && mathText.has(names.at(-1) ?? ""),
    startTag(name, attributes, selfClosing) {
      const isBreakout = breakouts.has(name) || (name === "font" && attributes.some(isFontLook));
      if (content() !== "html" && isBreakout) {
        while (names.length > 0 && content() !== "html") popTo(names.length - 1);
        if (names.length === 0) return false;
      } else if (names.length === 1 && isLenient && content() === "html" && (isBreakout || isNextValue(root, name))) {
        return false;
      }
      const isEmpty = content() === "html" ? voids.has(name) : selfClosing;
      if (!isEmpty && names.length < maxDepth) {
        contents.push(contentOf(name, content(), attributes));
        names.push(name);
      }
      return true;
    },
    endTag(name) {
      if (root === "option" && (name === "select" || name === "datalist")) return false;
      const index = names.lastIndexOf(name);
      if (index >= 0) popTo(index);
      return names.length > 0;
    },
  };
}

function isNextValue(root: string, name: string): boolean {
  return root === "option" && name === "option";
}

function isFontLook({ name }: Attribute): boolean {
  return name === "color" || name === "face" || name === "size";
}

/** What stands within an element: foreign content, or HTML again at the standard's integration points. */
function contentOf(name: string, parent: Content, attributes: readonly Attribute[]): Content {
  if (parent === "html") return name === "svg" || name === "math" ? name : "html";
  if (parent === "svg") return svgIntegration.has(name) ? "html" : "svg";
  if (mathText.has(name)) return "html";
  if (name !== "annotation-xml") return "math";
  const encoding = attributes.find((attribute) => attribute.name === "encoding")?.value.toLowerCase();
  return encoding === "text/html" || encoding === "application/xhtml+xml" ? "html" : "math";
}
