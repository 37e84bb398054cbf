import { ProblemError } from "../api/problem.ts";
import { refuseXml } from "./refuse-xml.ts";
import { scanMarkup } from "./scan-markup.ts";

/** A feed, taken apart into its items. */
export interface SplitFeed {
  readonly format: "rss" | "rdf" | "atom";
  /** The document without its items. */
  readonly shell: string;
  /** What has to stand before and behind an item so that it is a feed of one. */
  readonly opening: string;
  readonly closing: string;
  readonly items: readonly { readonly start: number; readonly end: number; readonly isClosed: boolean }[];
  /** Whether the root's end tag is there. */
  readonly isClosed: boolean;
  /** Whether the root is itself the item, and the opening is ours. */
  readonly isEntry: boolean;
}

const formats: ReadonlyMap<string, SplitFeed["format"]> = new Map([
  ["rss", "rss"],
  ["rdf", "rdf"],
  ["feed", "atom"],
  ["entry", "atom"],
]);

/**
 * Takes a feed apart into its items, so that each can be parsed by itself: in XML one wrong tag ends the whole document, and
 * here it must not harm the other items (a deliberate departure from XML 1.0, section 1.2, "fatal error"). An item that does
 * not end goes up to where the next one starts.
 *
 * @throws ProblemError `malformed-xml`, or `invalid-submission` when it is no feed
 */
export function splitFeed(xml: string): SplitFeed {
  const scan = startScan(xml);
  for (const { kind, start, end, name } of scanMarkup(xml)) {
    if (kind === "open" || kind === "empty") enterTag(scan, { start, end, name, isEmpty: kind === "empty" });
    else if (kind === "close") leaveTag(scan, { end, name });
  }
  if (scan.itemStart !== undefined) endItem(scan, xml.length, false);
  const { root, itemName } = scan;
  if (root === undefined || itemName === undefined) throw refuseXml("is none: it has no element");
  const format = formats.get(localName(root.name)) ?? "rss";
  const shell = scan.shell + xml.slice(scan.written);
  const isEntry = localName(root.name) === "entry";
  const opening = isEntry ? '<feed xmlns="http://www.w3.org/2005/Atom">' : root.tag + (scan.channel?.tag ?? "");
  const closing = isEntry ? "</feed>" : `${scan.channel === undefined ? "" : `</${scan.channel.name}>`}</${root.name}>`;
  return {
    format,
    shell: isEntry ? opening + closing : shell,
    opening,
    closing,
    items: scan.items,
    isClosed: scan.isClosed,
    isEntry,
  };
}

interface Tag {
  readonly name: string;
  readonly tag: string;
}

interface Scan {
  readonly xml: string;
  root: Tag | undefined;
  channel: Tag | undefined;
  /** With its prefix, once the first item was seen; before, without. */
  itemName: string | undefined;
  itemStart: number | undefined;
  readonly items: { start: number; end: number; isClosed: boolean }[];
  shell: string;
  written: number;
  isClosed: boolean;
}

function startScan(xml: string): Scan {
  return {
    xml,
    root: undefined,
    channel: undefined,
    itemName: undefined,
    itemStart: undefined,
    items: [],
    shell: "",
    written: 0,
    isClosed: false,
  };
}

function enterTag(scan: Scan, tag: { start: number; end: number; name: string; isEmpty: boolean }): void {
  const { name, start, end } = tag;
  const local = localName(name);
  if (scan.root === undefined) {
    const format = formats.get(local);
    if (format === undefined) throw refuseDocument(name);
    scan.root = { name, tag: scan.xml.slice(start, end) };
    scan.itemName = format === "atom" ? "entry" : "item";
    scan.isClosed = tag.isEmpty;
    if (local !== "entry") return;
  } else if (local === "channel" && localName(scan.root.name) === "rss") {
    if (scan.channel === undefined && scan.items.length === 0) scan.channel = { name, tag: scan.xml.slice(start, end) };
    return;
  }
  const isItem =
    scan.items.length === 0 && scan.itemStart === undefined ? local === scan.itemName : name === scan.itemName;
  if (!isItem) return;
  if (scan.itemStart !== undefined) endItem(scan, start, false);
  scan.itemName = name;
  scan.itemStart = start;
  scan.shell += scan.xml.slice(scan.written, start);
  if (tag.isEmpty) endItem(scan, end, true);
}

function refuseDocument(root: string): ProblemError {
  const detail = `must be rss, rdf:RDF or feed, and is ${root.slice(0, 80)}`;
  return new ProblemError("invalid-submission", `The XML is no feed: its root ${detail}. Nothing was stored.`, {
    errors: [{ pointer: "", detail: `is no feed: its root ${detail}` }],
  });
}

function leaveTag(scan: Scan, { end, name }: { end: number; name: string }): void {
  if (scan.itemStart !== undefined && name === scan.itemName) endItem(scan, end, true);
  if (name === scan.root?.name) scan.isClosed = true;
}

function endItem(scan: Scan, end: number, isClosed: boolean): void {
  scan.items.push({ start: scan.itemStart ?? end, end, isClosed });
  scan.itemStart = undefined;
  scan.written = end;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}
