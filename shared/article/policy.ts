/**
 * What may stand in sanitized HTML, as data: every element, attribute and scheme with its reason, the rejected ones too.
 *
 * Raise `policyVersion` with each change that can alter an output: it is part of the ETag of `/html`, so that caches and
 * readers notice, and say in DECISIONS.md what changed.
 */
export const policyVersion = "2";

/** How a kept element behaves when the output is balanced; `emit-html.ts` has the grammar that belongs to each. */
export type Shape =
  | "container"
  | "list"
  | "item"
  | "definitions"
  | "definition"
  | "paragraph"
  | "heading"
  | "preformatted"
  | "table"
  | "rows"
  | "row"
  | "cell"
  | "caption"
  | "inline"
  | "void";

/**
 * - `keep`: the element stays, with the attributes named. `persists` marks what the HTML standard calls a formatting
 *   element: left open, it goes on in the next block.
 * - `rename`: the element becomes another kept one.
 * - `unwrap`: the tags go, the content stays. `ignore` is the same for tags that nobody misses, so it is not reported.
 * - `drop`: the tags and all that is between them go.
 * - `image`, `media`, `frame`: becomes an image or a plain link. `formula`: becomes its text, see `alttext`.
 */
export type ElementRule = { readonly reason: string } & (
  | { readonly treat: "keep"; readonly shape: Shape; readonly attributes?: readonly string[]; readonly persists?: true }
  | { readonly treat: "rename"; readonly to: string }
  | { readonly treat: "unwrap" | "ignore" | "drop" | "image" | "media" | "frame" | "formula" }
);

interface ElementEntry {
  readonly names: readonly string[];
  readonly rule: ElementRule;
}

const elements: readonly ElementEntry[] = [
  { names: ["p"], rule: { treat: "keep", shape: "paragraph", reason: "The unit of every article" } },
  {
    names: ["h1", "h2", "h3", "h4", "h5", "h6"],
    rule: { treat: "keep", shape: "heading", reason: "Headline and crossheads carry meaning" },
  },
  { names: ["pre"], rule: { treat: "keep", shape: "preformatted", reason: "Code, poems and tables of old agencies" } },
  {
    names: ["blockquote"],
    rule: { treat: "keep", shape: "container", attributes: ["cite"], reason: "Quotations, also those of social posts" },
  },
  {
    names: ["div", "section", "article", "aside", "figure", "figcaption", "address", "details", "summary"],
    rule: { treat: "keep", shape: "container", reason: "Division of the text, figures and info boxes" },
  },
  { names: ["ul"], rule: { treat: "keep", shape: "list", reason: "Lists" } },
  {
    names: ["ol"],
    rule: { treat: "keep", shape: "list", attributes: ["start", "reversed", "type"], reason: "Numbering is content" },
  },
  { names: ["li"], rule: { treat: "keep", shape: "item", attributes: ["value"], reason: "Lists" } },
  { names: ["dl"], rule: { treat: "keep", shape: "definitions", reason: "Glossaries and fact boxes" } },
  { names: ["dt", "dd"], rule: { treat: "keep", shape: "definition", reason: "Glossaries and fact boxes" } },
  { names: ["table"], rule: { treat: "keep", shape: "table", reason: "Results, prices, polls" } },
  { names: ["caption"], rule: { treat: "keep", shape: "caption", reason: "Says what a table shows" } },
  { names: ["thead", "tbody", "tfoot"], rule: { treat: "keep", shape: "rows", reason: "Structure of a table" } },
  { names: ["tr"], rule: { treat: "keep", shape: "row", reason: "Structure of a table" } },
  {
    names: ["td"],
    rule: { treat: "keep", shape: "cell", attributes: ["colspan", "rowspan"], reason: "Spans are structure" },
  },
  {
    names: ["th"],
    rule: { treat: "keep", shape: "cell", attributes: ["colspan", "rowspan", "scope"], reason: "Spans and scope" },
  },
  {
    names: ["a"],
    rule: {
      treat: "keep",
      shape: "inline",
      attributes: ["href", "hreflang", "title"],
      persists: true,
      reason: "Sources are linked; rel is always ours, see linkRelation",
    },
  },
  {
    names: ["b", "strong", "i", "em", "u", "s", "code", "small"],
    rule: { treat: "keep", shape: "inline", persists: true, reason: "Emphasis that the author meant" },
  },
  {
    names: ["sub", "sup", "mark", "cite", "kbd", "samp", "var"],
    rule: { treat: "keep", shape: "inline", reason: "Meaning is lost without it: CO₂, m², titles of works" },
  },
  { names: ["span"], rule: { treat: "keep", shape: "inline", reason: "Only to carry lang and dir; else unwrapped" } },
  {
    names: ["abbr", "dfn"],
    rule: { treat: "keep", shape: "inline", attributes: ["title"], reason: "Explained words" },
  },
  {
    names: ["q"],
    rule: { treat: "keep", shape: "inline", attributes: ["cite"], reason: "Browsers add the quote marks" },
  },
  {
    names: ["del", "ins"],
    rule: { treat: "keep", shape: "inline", attributes: ["cite", "datetime"], reason: "Corrections are news" },
  },
  {
    names: ["time"],
    rule: { treat: "keep", shape: "inline", attributes: ["datetime"], reason: "Machine-readable dates" },
  },
  { names: ["bdo", "bdi"], rule: { treat: "keep", shape: "inline", reason: "Right-to-left names and numbers" } },
  {
    names: ["ruby", "rt", "rp"],
    rule: { treat: "keep", shape: "inline", reason: "Readings of Japanese and Chinese names" },
  },
  { names: ["br", "wbr"], rule: { treat: "keep", shape: "void", reason: "Line breaks" } },
  { names: ["hr"], rule: { treat: "keep", shape: "void", reason: "A change of topic" } },

  { names: ["img", "image"], rule: { treat: "image", reason: "Pictures, with lazy-loading attributes resolved" } },
  {
    names: ["video", "audio"],
    rule: { treat: "media", reason: "A plain link: players are for the reader's own page" },
  },
  { names: ["iframe", "embed"], rule: { treat: "frame", reason: "A plain link where the service is known" } },

  {
    names: ["main", "header", "footer", "nav", "hgroup", "search", "dialog", "center", "form", "fieldset", "legend"],
    rule: { treat: "rename", to: "div", reason: "Page furniture; the text stays, and with it the line it stands on" },
  },
  { names: ["marquee", "optgroup"], rule: { treat: "rename", to: "div", reason: "Text of a retired or form element" } },
  { names: ["menu", "dir"], rule: { treat: "rename", to: "ul", reason: "Old names for a list" } },
  {
    names: ["listing", "xmp", "plaintext"],
    rule: { treat: "rename", to: "pre", reason: "Old names for pre; text only" },
  },
  { names: ["strike"], rule: { treat: "rename", to: "s", reason: "Old name" } },
  { names: ["tt"], rule: { treat: "rename", to: "code", reason: "Old name" } },
  { names: ["acronym"], rule: { treat: "rename", to: "abbr", reason: "Old name" } },
  { names: ["big", "font", "nobr", "blink"], rule: { treat: "unwrap", reason: "Looks, not meaning" } },
  { names: ["html", "head", "body"], rule: { treat: "ignore", reason: "The output is a fragment" } },
  {
    names: ["picture", "source"],
    rule: { treat: "ignore", reason: "Its img is enough; its sources stand in when it has none" },
  },
  { names: ["label", "button", "output"], rule: { treat: "unwrap", reason: "Their text may be content" } },
  { names: ["object", "canvas"], rule: { treat: "unwrap", reason: "What stands inside is the accessible fallback" } },
  {
    names: ["data", "meter", "progress", "rb", "rtc", "slot"],
    rule: { treat: "unwrap", reason: "Nothing but their text" },
  },
  { names: ["col", "colgroup"], rule: { treat: "unwrap", reason: "Without style and width they say nothing" } },

  { names: ["script", "style"], rule: { treat: "drop", reason: "Runs, or restyles the reader's page" } },
  { names: ["svg"], rule: { treat: "drop", reason: "Foreign content has other parsing rules: a mutation risk" } },
  {
    names: ["math"],
    rule: { treat: "formula", reason: "Foreign content too; as text a reader at least sees what it is about" },
  },
  { names: ["template"], rule: { treat: "drop", reason: "Inert in the source, live when copied" } },
  { names: ["noscript"], rule: { treat: "drop", reason: "Parsed in two ways; only a lone fallback image is used" } },
  { names: ["noembed", "noframes"], rule: { treat: "drop", reason: "Fallback that no browser shows" } },
  { names: ["textarea", "select", "option", "datalist"], rule: { treat: "drop", reason: "Values of a form" } },
  { names: ["title"], rule: { treat: "drop", reason: "Read as metadata" } },
  { names: ["link"], rule: { treat: "ignore", reason: "Preload and stylesheets; read as metadata" } },
  { names: ["meta"], rule: { treat: "ignore", reason: "Refresh and policies; read as metadata" } },
  { names: ["base"], rule: { treat: "unwrap", reason: "Turns every relative link of the reader's page" } },
  { names: ["input", "keygen", "isindex"], rule: { treat: "unwrap", reason: "Asks readers for data" } },
  {
    names: ["frame", "frameset", "applet", "portal", "fencedframe"],
    rule: { treat: "unwrap", reason: "Other documents" },
  },
  { names: ["bgsound"], rule: { treat: "unwrap", reason: "Plays unasked" } },
  { names: ["area", "map"], rule: { treat: "unwrap", reason: "Needs name and usemap, which are out" } },
  { names: ["track", "param"], rule: { treat: "unwrap", reason: "Parts of players" } },
];

/** Looks an element up by its lower-case name. Names that are not listed are unwrapped, as custom elements should be. */
export const elementRules: ReadonlyMap<string, ElementRule> = new Map(
  elements.flatMap(({ names, rule }) => names.map((name) => [name, rule] as const)),
);

/** Attributes that every kept element may have. */
export const globalAttributes: readonly string[] = ["lang", "dir"];

/** Attributes rejected everywhere, so that the report can say which kind it was; others are merely not on the list. */
export const rejectedAttributes: readonly {
  readonly pattern: RegExp;
  readonly what: string;
  readonly rule: string;
  readonly reason: string;
}[] = [
  { pattern: /^on/, what: "on*", rule: "event-handler", reason: "They run" },
  { pattern: /^style$/, what: "style", rule: "style", reason: "Can cover the page, and load from elsewhere" },
  { pattern: /^class$/, what: "class", rule: "style", reason: "Takes on the look of the reader's own controls" },
  { pattern: /^(?:id|name)$/, what: "id, name", rule: "clobbering", reason: "Shadow properties of the document" },
  { pattern: /^srcdoc$/, what: "srcdoc", rule: "foreign-document", reason: "A document in an attribute" },
  { pattern: /^data-/, what: "data-*", rule: "script-data", reason: "Read by the scripts of the reader's page" },
  { pattern: /^aria-|^role$/, what: "aria-*, role", rule: "clobbering", reason: "Point to ids, which are out" },
  { pattern: /^item(?:prop|scope|type|id|ref)$/, what: "item*", rule: "script-data", reason: "Claims about a page" },
  {
    pattern: /^(?:target|rel|ping|referrerpolicy|download)$/,
    what: "rel, target",
    rule: "link-behavior",
    reason: "Ours",
  },
  { pattern: /^(?:loading|decoding|fetchpriority|sizes)$/, what: "loading", rule: "layout", reason: "Fits one layout" },
  {
    pattern: /^(?:bgcolor|border|color|face|size|v?align|[hv]space)$/,
    what: "looks",
    rule: "layout",
    reason: "No meaning",
  },
];

/** What every link says about itself: no endorsement, and no handle on the window that it was opened from. */
export const linkRelation = "nofollow noopener";

/** Where a link may lead. */
export const linkSchemes: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Where a picture may come from. */
export const imageSchemes: ReadonlySet<string> = new Set(["http:", "https:"]);

/** Considered and rejected; anything else that is not listed is rejected too. */
export const rejectedSchemes: readonly { readonly scheme: string; readonly reason: string }[] = [
  { scheme: "javascript:", reason: "Runs" },
  { scheme: "vbscript:", reason: "Ran in its day" },
  { scheme: "data:", reason: "A document in a link; megabytes in a picture" },
  { scheme: "blob:", reason: "Points into the sender's browser" },
  { scheme: "file:", reason: "Points into the reader's disk" },
  { scheme: "ftp:", reason: "Browsers have dropped it" },
  { scheme: "sms:", reason: "Costs money at a click" },
  { scheme: "intent:", reason: "Starts programs on telephones" },
  { scheme: "whatsapp:", reason: "Share buttons, not content" },
];

/** Bounds that hold while the output is being built, so that no input can blow it up. */
export const bounds = {
  /** Open elements at one time, inline ones included. */
  maxDepth: 100,
  /** Of these, blocks; the rest is room for a table's implied parts and for inline elements. */
  maxBlockDepth: 80,
  /** Inline elements that are open or waiting to be opened again. */
  maxInline: 8,
  /** Attributes of one tag that are looked at. */
  maxAttributes: 64,
  /** Characters of one attribute value; longer ones are dropped. */
  maxAttributeLength: 8192,
  /** The output may have this many characters for each one read, and `outputSlack` more, before tags and attributes are given up. */
  maxGrowth: 7,
  outputSlack: 512,
  /** Inline tags written again in further blocks may take this many characters for each one read. */
  maxRepetition: 1,
  /** Blocks remembered with their place in the output; a page of more is too big to look for its body. */
  maxSpans: 50_000,
  /** Lines of text told apart; what comes after them is one more line. No article has as many. */
  maxLines: 50_000,
} as const;
