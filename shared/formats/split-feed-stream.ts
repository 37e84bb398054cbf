import { refuseDoctype } from "./refuse-doctype.ts";
import { refuseXml } from "./refuse-xml.ts";
import { type MarkupToken, scanMarkup } from "./scan-markup.ts";
import { maxLineBytes } from "./split-lines.ts";

/** An item of a feed as it stands there, from its tag to its end tag; one that does not end goes up to the next. */
export type FeedPiece = { readonly source: string; readonly isClosed: boolean } | { readonly tooLong: true };

export interface FeedSplitter {
  /** The items that end in this text. */
  push(text: string): Iterable<FeedPiece>;
  /** @throws ProblemError `invalid-submission` when it was no feed, or was cut off between items */
  end(): Iterable<FeedPiece>;
  /** A feed of this one item, with what stands before the first one in the whole. */
  wrap(source: string): string;
}

/** What stands before the first item is read again with each of them; a longer head is left out, but for its tags. */
const maxRepeatedHead = 16 * 1024;
const maxHead = 1024 * 1024;

/**
 * `splitFeed` for a feed that is larger than memory: it holds one item and a chunk. What stands between items and behind the
 * last one is passed over, so a channel that names itself at its end only is not known to its items.
 *
 * Linear: text whose markup has not ended is looked at again only when it has doubled.
 */
export function createFeedSplitter(limit: number = maxLineBytes): FeedSplitter {
  let pending = "";
  let scannedAt = 0;
  let root: MarkupToken | undefined;
  let head = "";
  let headEnded = false;
  let opening = "";
  let channel: string | undefined;
  let itemName: string | undefined;
  /** Pieces of the item that is under way. */
  let item: string[] | undefined;
  let itemLength = 0;
  let isClosed = false;

  function take(text: string): void {
    if (item !== undefined) {
      itemLength += text.length;
      if (itemLength <= limit) item.push(text);
      else item = [];
    } else if (!headEnded) {
      head += text;
      if (head.length > maxHead)
        throw refuseXml(`has more than ${maxHead.toLocaleString("en")} characters before its first item`);
    }
  }

  function finish(closed: boolean): FeedPiece {
    const piece: FeedPiece =
      itemLength > limit ? { tooLong: true } : { source: (item ?? []).join(""), isClosed: closed };
    item = undefined;
    itemLength = 0;
    return piece;
  }

  function* enter(text: string, token: MarkupToken): Generator<FeedPiece> {
    const { name, start, kind } = token;
    const local = localName(name);
    if (root === undefined && local === "entry") {
      // A single entry is its own feed.
      head = opening = '<feed xmlns="http://www.w3.org/2005/Atom">';
      root = { ...token, name: "feed" };
      isClosed = true;
    } else if (root === undefined) {
      root = token;
      if (!["rss", "rdf", "feed"].includes(local)) {
        throw refuseXml(`is no feed: its root is ${name.slice(0, 80)}, and not rss, rdf:RDF or feed`);
      }
      isClosed = kind === "empty";
      opening = text.slice(start, token.end);
      return;
    }
    if (item === undefined && !headEnded && local === "channel" && localName(root.name) === "rss") {
      channel = name;
      opening += text.slice(start, token.end);
      return;
    }
    const wanted = localName(root.name) === "feed" ? "entry" : "item";
    if (headEnded ? name !== itemName : local !== wanted) return;
    if (item !== undefined) yield finish(false);
    if (!headEnded) head = refuseDoctype(head);
    headEnded = true;
    itemName = name;
    item = [];
  }

  function* scan(isLast: boolean): Generator<FeedPiece> {
    // Whether a tag is one shows at its end, so nothing behind the last one is looked at yet.
    const end = isLast ? pending.length : pending.lastIndexOf(">") + 1;
    const text = pending.slice(0, end);
    let taken = 0;
    let kept = end;
    for (const token of scanMarkup(text)) {
      if (token.kind === "unclosed" && !isLast) {
        kept = token.start;
        break;
      }
      if (token.kind === "open" || token.kind === "empty") {
        take(text.slice(taken, token.start));
        taken = token.start;
        yield* enter(text, token);
        take(text.slice(taken, token.end));
        taken = token.end;
        if (token.kind === "empty" && item !== undefined && token.name === itemName) yield finish(true);
      } else if (token.kind === "close") {
        take(text.slice(taken, token.end));
        taken = token.end;
        if (item !== undefined && token.name === itemName) yield finish(true);
        else if (token.name === channel && !headEnded) channel = undefined;
        if (token.name === root?.name) isClosed = true;
      }
    }
    take(text.slice(taken, kept));
    pending = pending.slice(kept);
    scannedAt = pending.length;
    if (pending.length > 2 * limit) throw refuseXml("has markup that does not end");
  }

  return {
    *push(text) {
      pending += text;
      if (pending.length >= 2 * scannedAt) yield* scan(false);
    },
    *end() {
      yield* scan(true);
      if (root === undefined) throw refuseXml("is none: it has no element");
      if (item !== undefined) yield finish(false);
      else if (!isClosed) throw refuseXml("is cut off; what followed is missing");
    },
    wrap(source) {
      const closing = `${channel === undefined ? "" : `</${channel}>`}</${root?.name ?? ""}>`;
      return (head.length <= maxRepeatedHead ? head : opening) + source + closing;
    },
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1).toLowerCase();
}
