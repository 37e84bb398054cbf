import { ProblemError } from "../api/problem.ts";
import { expandXhtml } from "./expand-xhtml.ts";
import { fitId } from "./fit-id.ts";
import { type FoundArticle, type FoundImage, makeItem } from "./make-item.ts";
import type { ParsedItem } from "./parsed-item.ts";
import { isJsonObject, type JsonObject, pickList, pickText } from "./pick-text.ts";
import { readHtmlTitle } from "./plain-title.ts";
import { refuseItem } from "./refuse-item.ts";
import { splitByline } from "./split-byline.ts";

/** Names that only a ninjs object has, of every version; one is enough where `standard` is missing, as it mostly is. */
const ownNames = [
  "pubstatus pubStatus versioncreated versionCreated firstcreated firstCreated contentcreated contentCreated",
  "headlines bodies body_html body_xhtml body_text body_richtext representationtype representationType renditions",
]
  .join(" ")
  .split(" ");

/**
 * Whether it is an IPTC ninjs object: it says so in `$standard` or `standard`, or it has a `uri`, or names that only ninjs
 * has, and neither of the fields that our own format must have.
 */
export function isNinjs(value: JsonObject): boolean {
  const standard = value["$standard"] ?? value["standard"];
  if (isJsonObject(standard)) return /ninjs/i.test(pickText(standard, "name") ?? pickText(standard, "schema") ?? "");
  if (Object.hasOwn(value, "html") || Object.hasOwn(value, "text")) return false;
  return Object.hasOwn(value, "uri") || ownNames.some((name) => Object.hasOwn(value, name));
}

/**
 * Reads an IPTC ninjs object of version 1.x (`headline`, `body_html`, objects of renditions), 2.x (`headlines`, `bodies`,
 * lower-case names) or 3.x (the same in camel case). The versions are read alike, by name, because partners' objects mix
 * them: https://iptc.org/std/ninjs/userguide/, properties uri, pubStatus, headlines, bodies, renditions, associations.
 *
 * A `canceled` object is a retraction and needs no content. A `withheld` one is refused, since there is no place for what
 * may not be published; so is a status that the standard does not have: publishing it could be the worse mistake.
 *
 * @throws ProblemError `invalid-submission`
 */
export function readNinjs(value: JsonObject): ParsedItem {
  const action = readAction(value);
  const uri = pickText(value, "uri", "guid");
  if (action !== "submit") {
    const { id } = fitId(uri);
    if (id === undefined) throw refuseItem("/uri", "must name the article that is to be withdrawn");
    return { action, partnerArticleId: id };
  }
  const content = findContent(value);
  if (content === undefined) throw refuseItem(bodyPointer(value), "has no HTML and no text");
  const updated = pickText(value, "versioncreated", "versionCreated");
  return makeItem({
    id: uri,
    content,
    metadata: {
      title: findTitle(value),
      language: pickText(value, "language"),
      publishedAt: pickText(value, "firstcreated", "firstCreated") ?? updated,
      updatedAt: updated,
      authors: splitByline(pickText(value, "byline", "by") ?? ""),
      tags: findTags(value),
    },
    images: findImages(value),
    embargoedUntil: pickText(value, "embargoed", "embargoedUntil"),
  });
}

function readAction(value: JsonObject): ParsedItem["action"] {
  const name = value["pubstatus"] === undefined ? "pubStatus" : "pubstatus";
  const status = value[name];
  const known =
    typeof status === "string"
      ? status
          .trim()
          .toLowerCase()
          .replace(/^stat:/, "")
      : status;
  if (known === undefined || known === null || known === "usable") return "submit";
  if (known === "canceled" || known === "cancelled") return "retract";
  if (known === "withheld") throw refuseWithheld(`/${name}`);
  throw refuseItem(`/${name}`, "must be usable or canceled");
}

/** What went before stays published, which the partner has to know. */
function refuseWithheld(pointer: string): ProblemError {
  const detail = "is withheld, and what may not be published is not taken in";
  const advice = "An earlier version stays as it is; to withdraw it, send canceled or DELETE. Nothing was stored.";
  return new ProblemError("invalid-submission", `${pointer} ${detail}. ${advice}`, { errors: [{ pointer, detail }] });
}

/** HTML before text: it says more. Of equals the one with the role `main`, then the first. */
function findContent(value: JsonObject): FoundArticle["content"] | undefined {
  const bodies = [...listBodies(value)];
  const best = (form: "html" | "text") =>
    bodies.find((body) => body.form === form && body.isMain) ?? bodies.find((body) => body.form === form);
  const body = best("html") ?? best("text");
  if (body === undefined) return undefined;
  return { form: body.form, value: body.isXhtml ? expandXhtml(body.value) : body.value };
}

interface Body {
  readonly form: "html" | "text";
  readonly value: string;
  readonly isMain: boolean;
  readonly isXhtml: boolean;
}

function* listBodies(value: JsonObject): Generator<Body> {
  for (const body of pickList(value, "bodies").filter(isJsonObject)) {
    const text = pickText(body, "value");
    if (text === undefined) continue;
    const type = pickText(body, "contenttype", "contentType")?.split(";")[0]?.trim().toLowerCase();
    const form = bodyForm(type ?? "", text);
    const role = pickText(body, "role");
    if (form !== undefined) yield { form, value: text, isMain: role === "main", isXhtml: isXhtml(type ?? "") };
  }
  // ninjs 1.x has any name behind "body_", which is what the standard suggests for the kind of markup.
  for (const name of Object.keys(value).filter((key) => /^body(?:_|$)/.test(key))) {
    const text = pickText(value, name);
    if (text === undefined) continue;
    const kind = name.slice("body_".length).toLowerCase();
    const type = /html/.test(kind) ? `text/${kind}` : kind === "text" ? "text/plain" : "";
    const form = bodyForm(type, text);
    if (form !== undefined) yield { form, value: text, isMain: false, isXhtml: isXhtml(kind) };
  }
}

/** Undefined for what is neither: NITF, for example, is XML that has meanings of its own. */
function bodyForm(type: string, text: string): "html" | "text" | undefined {
  if (/html/.test(type)) return "html";
  if (type === "text/plain") return "text";
  if (type !== "") return undefined;
  return looksLikeHtml(text) ? "html" : "text";
}

function isXhtml(type: string): boolean {
  return type.includes("xhtml");
}

function looksLikeHtml(text: string): boolean {
  return /<\/?(?:p|div|br|h[1-6]|ul|ol|article|section|figure|blockquote|table)[\s/>]/i.test(text);
}

function bodyPointer(value: JsonObject): string {
  return Object.hasOwn(value, "bodies") ? "/bodies" : "";
}

function findTitle(value: JsonObject): string | undefined {
  const headlines = pickList(value, "headlines").filter(isJsonObject);
  const headline = headlines.find((entry) => pickText(entry, "role") === "main") ?? headlines[0];
  const text = headline === undefined ? undefined : pickText(headline, "value");
  if (text !== undefined && headline !== undefined) {
    return /html/i.test(pickText(headline, "contenttype", "contentType") ?? "") ? readHtmlTitle(text) : text;
  }
  return pickText(value, "headline", "headline_main", "headline_text", "title");
}

function findTags(value: JsonObject): (string | undefined)[] {
  const subjects = pickList(value, "subjects", "subject").filter(isJsonObject);
  const keywords = pickList(value, "keywords", "keyword");
  return [
    ...subjects.map((subject) => pickText(subject, "name", "literal")),
    ...keywords.map((keyword) => (isJsonObject(keyword) ? pickText(keyword, "name", "literal") : String(keyword))),
  ];
}

/** Pictures of the object and of those that are associated with it; each with its largest rendition only. */
function findImages(value: JsonObject): FoundImage[] {
  const associated = named(value["associations"]).filter((entry) =>
    /picture|graphic/.test(pickText(entry, "type") ?? ""),
  );
  return [value, ...associated].flatMap((entry) => {
    const renditions = named(entry["renditions"]).filter(isImage);
    const largest = renditions.toSorted((one, other) => pixels(other) - pixels(one))[0];
    return largest === undefined ? [] : [describeImage(largest, entry === value ? undefined : findCaption(entry))];
  });
}

/** In 1.x an object whose names are the partner's, from 2.0 on a list. */
function named(value: unknown): JsonObject[] {
  const entries = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  return entries.filter(isJsonObject);
}

function isImage(rendition: JsonObject): boolean {
  const type = pickText(rendition, "mimetype", "contenttype", "contentType");
  return type === undefined
    ? /\.(?:jpe?g|png|gif|webp|avif)(?:$|\?)/i.test(pickText(rendition, "href") ?? "")
    : /^image\//i.test(type);
}

function pixels(rendition: JsonObject): number {
  return Number(rendition["width"] ?? 0) * Number(rendition["height"] ?? 0) || 0;
}

function findCaption(association: JsonObject): string | undefined {
  const descriptions = pickList(association, "descriptions").filter(isJsonObject);
  return descriptions[0] === undefined
    ? pickText(association, "description_text", "description_main", "headline")
    : pickText(descriptions[0], "value");
}

function describeImage(rendition: JsonObject, caption: string | undefined): FoundImage {
  return {
    url: pickText(rendition, "href"),
    mediaType: pickText(rendition, "mimetype", "contenttype", "contentType"),
    widthInPixels: Number(rendition["width"]),
    heightInPixels: Number(rendition["height"]),
    caption,
  };
}
