import { cleanCharacters, isPlainText } from "./clean-characters.ts";
import { cleanUrl } from "./clean-url.ts";
import { collectTag, collectText, createHeadFacts, type HeadFacts } from "./collect-head.ts";
import { createRemovalCounter, type Removal } from "./count-removals.ts";
import { createEmitter, type EmittedHtml } from "./emit-html.ts";
import { keepCode } from "./keep-code.ts";
import { linkEmbed } from "./link-embed.ts";
import type { OpeningTag } from "./opening-tag.ts";
import { type ElementRule, elementRules, globalAttributes, imageSchemes, linkRelation } from "./policy.ts";
import { findSourceSet, resolveImage } from "./resolve-image.ts";
import { type AttributeContext, serializeAttributes, writeAttribute } from "./serialize-attributes.ts";
import { type SkippedElement, skipElement } from "./skip-element.ts";
import { type Attribute, type TokenSink, tokenizeHtml } from "./tokenize-html.ts";

export interface SanitizedHtml extends EmittedHtml {
  readonly removed: readonly Removal[];
  readonly head: HeadFacts;
  /** How many addresses stayed relative because nothing says what they are relative to. */
  readonly relativeUrls: number;
}

/** What becomes of the content of an element that arrives as one text. */
type RawTextUse = "drop" | "text" | "title" | "script" | "noscript";

const rawTextUses: ReadonlyMap<string, RawTextUse> = new Map([
  ["script", "script"],
  ["style", "drop"],
  ["title", "title"],
  ["textarea", "drop"],
  ["iframe", "drop"],
  ["noembed", "drop"],
  ["noframes", "drop"],
  ["noscript", "noscript"],
  ["xmp", "text"],
  ["plaintext", "text"],
] as const);

const headTags: ReadonlySet<string> = new Set(["html", "head", "body", "base", "meta", "link", "time"]);

type KeepRule = Extract<ElementRule, { treat: "keep" }>;

/** All that is to be known about an element of the policy by its name, so that a tag costs one look. */
interface ElementPlan {
  readonly rule: ElementRule;
  readonly rawText: RawTextUse | undefined;
  readonly isHead: boolean;
  /** Set where the element is written, under its own name or another. */
  readonly kept:
    | {
        readonly name: string;
        readonly rule: KeepRule;
        readonly attributes: ReadonlySet<string>;
        /** What the emitter is told about a tag without attributes: the same each time. */
        readonly bareTag: OpeningTag;
      }
    | undefined;
}

const plans: ReadonlyMap<string, ElementPlan> = new Map(
  [...elementRules].map(([source, rule]): [string, ElementPlan] => [
    source,
    { rule, rawText: rawTextUses.get(source), isHead: headTags.has(source), kept: planKept(source, rule) },
  ]),
);

function planKept(source: string, rule: ElementRule): ElementPlan["kept"] {
  const name = rule.treat === "rename" ? rule.to : source;
  const kept = elementRules.get(name);
  if (kept?.treat !== "keep") return undefined;
  const bareTag = { source, name, shape: kept.shape, attributes: "", persists: kept.persists ?? false };
  return { name, rule: kept, attributes: new Set([...globalAttributes, ...(kept.attributes ?? [])]), bareTag };
}

const linkedData = /^application\/ld\+json/i;

/**
 * Sanitizes HTML in one pass: tokens in, policy applied to each, and the emitter sees to the rest.
 *
 * Whatever is decided here about a token, only `emit-html.ts` writes markup, and only from names and attributes of the
 * policy; a wrong guess about what a browser would have made of the input can cost text, never safety.
 *
 * @param base what relative addresses are resolved against; else the page's own `base`, canonical or OpenGraph address.
 */
export function sanitizeHtml(html: string, base: URL | undefined): SanitizedHtml {
  const emitter = createEmitter();
  const removals = createRemovalCounter();
  const head = createHeadFacts();
  let relativeUrls = 0;
  // A plain property: a getter would give every context a hidden class of its own, which only a full collection frees.
  const context: { base: URL | undefined } & AttributeContext = {
    base,
    removals,
    onRelative() {
      relativeUrls += 1;
    },
  };
  let skipped: SkippedElement | undefined;
  let rawText: { readonly name: string; readonly keep: boolean } | undefined;
  /** Players are skipped, but their address may stand in a `source` within. */
  let media: { source: string | undefined; readonly label: string | undefined; readonly name: string } | undefined;
  /** The text of a formula, while it is being read. */
  let formula: { text: string; readonly isGiven: boolean } | undefined;
  let pictureSourceSet: string | undefined;
  let lastImage: string | undefined;
  /** Text of the first `h1`, while it is being read. */
  let heading: string | undefined;

  function startTag(name: string, attributes: readonly Attribute[], selfClosing: boolean): void {
    if (skipped !== undefined) {
      if (skipped.startTag(name, attributes, selfClosing)) {
        if (media !== undefined && name === "source") media.source ??= attributeOf(attributes, "src");
        return;
      }
      endSkipped();
    }
    const plan = plans.get(name);
    if (plan === undefined) {
      removals.count(/^[a-z][a-z0-9-]{0,30}$/.test(name) ? `<${name}>` : "<…>", "element-not-listed");
      return;
    }
    if (plan.isHead) {
      const mayNameBase = collectTag(head, name, attributes);
      if (head.isDocument) emitter.recordSpans();
      if (mayNameBase && base === undefined) adoptBase();
    }
    if (plan.rawText !== undefined) beginRawText(name, plan.rawText, attributes);
    if (plan.kept !== undefined) openKept(name, plan.kept, attributes);
    else applyRule(name, plan.rule, attributes, selfClosing);
  }

  function beginRawText(name: string, use: RawTextUse, attributes: readonly Attribute[]): void {
    const isLinkedData = use === "script" && linkedData.test(attributeOf(attributes, "type") ?? "");
    rawText = { name, keep: use === "title" || use === "text" || use === "noscript" || isLinkedData };
    const isDropped = elementRules.get(name)?.treat === "drop";
    if (isDropped && use !== "title" && !isLinkedData) removals.count(`<${name}>`, "element-dropped");
  }

  function applyRule(name: string, rule: ElementRule, attributes: readonly Attribute[], selfClosing: boolean): void {
    switch (rule.treat) {
      case "image":
        addImage(attributes);
        return;
      case "frame":
        addEmbed(attributeOf(attributes, "src") ?? attributeOf(attributes, "data-src"), attributes);
        return;
      case "media":
        skipped = skipElement(name);
        media = { name, source: attributeOf(attributes, "src"), label: attributeOf(attributes, "title") };
        return;
      case "formula":
        if (!selfClosing) beginFormula(name, attributeOf(attributes, "alttext"));
        return;
      case "drop":
        if (rawTextUses.has(name)) return;
        removals.count(`<${name}>`, "element-dropped");
        if (!(selfClosing && name === "svg")) skipped = skipElement(name);
        return;
      case "unwrap":
        removals.count(`<${name}>`, "element-unwrapped");
        return;
      case "ignore":
        if (name === "source") pictureSourceSet ??= findSourceSet(attributes);
        else if (name === "picture") pictureSourceSet = undefined;
    }
  }

  function openKept(
    source: string,
    { name, rule, attributes: allowed, bareTag }: NonNullable<ElementPlan["kept"]>,
    attributes: readonly Attribute[],
  ): void {
    const { shape } = rule;
    if (attributes.length === 0 && name !== "a" && shape !== "void" && source !== "h1") {
      emitter.open(bareTag);
      return;
    }
    if (source === "h1" && head.heading === undefined) heading = "";
    const written = attributes.length === 0 ? "" : serializeAttributes(name, attributes, allowed, context);
    if (shape === "void") {
      emitter.addVoid(name, "");
    } else if (name === "a" && (written === undefined || written === "")) {
      // An anchor without an address is no link, but like any it ends the one before.
      emitter.close("a", "inline");
    } else {
      emitter.open({
        source,
        name,
        shape,
        attributes: written ?? "",
        persists: rule.persists ?? false,
        described: attributes,
      });
    }
  }

  function addImage(attributes: readonly Attribute[]): void {
    const written = resolveImage(attributes, pictureSourceSet, context);
    pictureSourceSet = undefined;
    if (written === undefined) {
      removals.count("<img>", "image-without-source");
      return;
    }
    lastImage = written.slice(0, written.indexOf('"', 6));
    if (!emitter.addVoid("img", written)) removals.count("<img>", "output-budget");
  }

  /** Puts a plain link where a player or widget stood. */
  function addLink(url: string, label: string): void {
    const attributes = writeAttribute("href", url) + writeAttribute("rel", linkRelation);
    emitter.breakBlock();
    emitter.open({ source: "", name: "a", shape: "inline", attributes, persists: true });
    emitter.text(cleanCharacters(label));
    emitter.markLine("embed");
    emitter.close("", "inline");
    emitter.breakBlock();
  }

  function addEmbed(address: string | undefined, attributes: readonly Attribute[]): void {
    const cleaned = address === undefined ? undefined : cleanUrl(address, context.base, imageSchemes);
    const embed = cleaned === undefined || "refused" in cleaned ? undefined : linkEmbed(cleaned.url);
    if (embed === undefined) {
      removals.count("<iframe>", "element-dropped");
      return;
    }
    removals.count("<iframe>", "embed-linked");
    addLink(embed.url, attributeOf(attributes, "title")?.trim() || embed.service);
  }

  function beginFormula(name: string, alternative = ""): void {
    skipped = skipElement(name);
    formula = { text: alternative, isGiven: alternative.trim() !== "" };
  }

  function endFormula(): void {
    const written = cleanCharacters(formula?.text.slice(0, maxFormulaLength) ?? "").trim();
    formula = undefined;
    removals.count("<math>", written === "" ? "element-dropped" : "formula-as-text");
    emitter.text(written);
  }

  function endSkipped(): void {
    skipped = undefined;
    if (formula !== undefined) endFormula();
    if (media !== undefined) endMedia(media);
  }

  function endMedia({ name, source, label }: NonNullable<typeof media>): void {
    media = undefined;
    const cleaned = source === undefined ? undefined : cleanUrl(source, context.base, imageSchemes);
    if (cleaned === undefined || "refused" in cleaned) {
      removals.count(`<${name}>`, "element-dropped");
      return;
    }
    if (cleaned.relative) context.onRelative();
    removals.count(`<${name}>`, "embed-linked");
    addLink(cleaned.url, label?.trim() || (name === "video" ? "Video" : "Audio"));
  }

  function endTag(name: string): void {
    if (rawText?.name === name) rawText = undefined;
    if (skipped !== undefined) {
      if (!skipped.endTag(name)) endSkipped();
      return;
    }
    if (name === "h1") endHeading();
    // The standard reads this slip as a line break.
    if (name === "br") emitter.addVoid("br", "");
    const kept = plans.get(name)?.kept;
    if (kept !== undefined && kept.rule.shape !== "void") emitter.close(name, kept.rule.shape);
  }

  function text(chars: string): void {
    if (rawText !== undefined) {
      if (!rawText.keep || skipped !== undefined) return;
      const use = rawTextUses.get(rawText.name);
      if (use === "text") emitter.text(cleanCharacters(chars));
      else if (use === "noscript") addFallbackImage(chars);
      else collectText(head, rawText.name, chars);
      return;
    }
    if (skipped !== undefined) {
      // Letters and operators stand apart, so that a half does not become twelve.
      if (formula?.isGiven === false && formula.text.length < maxFormulaLength && skipped.isFormulaText()) {
        formula.text += `${chars} `;
      }
      return;
    }
    const isPlain = isPlainText(chars);
    const clean = isPlain ? chars : cleanCharacters(chars);
    if (heading !== undefined && heading.length < maxHeadingLength) heading += clean;
    emitter.text(clean, isPlain);
  }

  function endHeading(): void {
    head.heading ??= heading?.trim() || undefined;
    heading = undefined;
  }

  /** Lazy images often have their only true address in a `noscript` beside them. */
  function addFallbackImage(markup: string): void {
    if (!/<img/i.test(markup)) return;
    tokenizeHtml(markup, {
      advanceTo() {},
      isForeign: () => false,
      text() {},
      endTag() {},
      startTag(name, attributes) {
        if (name === "img" && !attributes.some(isPixelSize)) addUnlessLast(attributes);
      },
    });
  }

  function addUnlessLast(attributes: readonly Attribute[]): void {
    const written = resolveImage(attributes, undefined, context);
    const source = written?.slice(0, written.indexOf('"', 6));
    if (written !== undefined && source !== lastImage) {
      lastImage = source;
      emitter.addVoid("img", written);
    }
  }

  function adoptBase(): void {
    if (context.base !== undefined && head.base === undefined) return;
    const canonical = head.links.find(({ rel }) => rel === "canonical")?.href;
    const address = head.base ?? canonical ?? head.metas.find(({ key }) => key === "og:url")?.value;
    if (address === undefined) return;
    const cleaned = cleanUrl(address, undefined, imageSchemes);
    if (!("refused" in cleaned) && !cleaned.relative) context.base = new URL(cleaned.url);
  }

  const sink: TokenSink = {
    advanceTo: emitter.advanceTo,
    isForeign: () => skipped?.isForeign() ?? false,
    text,
    startTag,
    endTag,
  };
  tokenizeHtml(html, sink);
  if (skipped !== undefined) endSkipped();
  keepCode("sanitizeHtml", sink);
  return { ...emitter.finish(), removed: removals.list(), head, relativeUrls };
}

/** A longer heading is an article in the wrong element. */
const maxHeadingLength = 500;
/** A longer formula is none. */
const maxFormulaLength = 1000;

function isPixelSize({ name, value }: Attribute): boolean {
  return (name === "width" || name === "height") && /^[01]$/.test(value);
}

function attributeOf(attributes: readonly Attribute[], name: string): string | undefined {
  return attributes.find((attribute) => attribute.name === name)?.value;
}
