/** Makes an input of about `size` characters. */
export type HostileShape = (size: number) => string;

const repeat = (unit: string, size: number): string => unit.repeat(Math.ceil(size / unit.length));
const repeatNumbered = (unit: (index: number) => string, size: number): string => {
  const parts: string[] = [];
  for (let length = 0, index = 0; length < size; index += 1) {
    const part = unit(index);
    parts.push(part);
    length += part.length;
  }
  return parts.join("");
};
const opened =
  (unit: string): HostileShape =>
  (size) =>
    repeat(unit, size);
const nested =
  (name: string): HostileShape =>
  (size) => {
    const count = Math.ceil(size / (name.length * 2 + 5));
    return `${`<${name}>`.repeat(count)}x${`</${name}>`.repeat(count)}`;
  };

const nestable = [
  "div",
  "p",
  "b",
  "a",
  "span",
  "ul",
  "li",
  "blockquote",
  "table",
  "td",
  "h1",
  "font",
  "ruby",
  "button",
];
const skippable = ["svg", "math", "template", "select", "option", "video", "object", "form", "noscript"];

/**
 * Inputs that make sanitizers slow, big or dead, each for a reason of its own: nesting of every kind, closed and not,
 * misnested formatting, floods of attributes, comments and references, table fostering, select, template and foreign
 * content, unfinished raw text.
 */
export const hostileShapes: ReadonlyMap<string, HostileShape> = new Map<string, HostileShape>([
  ...nestable.map((name) => [`unclosed ${name}`, opened(`<${name}>`)] as const),
  ...nestable.map((name) => [`unclosed ${name} with text`, opened(`<${name}>x`)] as const),
  ...nestable.map((name) => [`nested ${name}`, nested(name)] as const),
  ...skippable.map((name) => [`unclosed ${name}`, opened(`<${name}>`)] as const),
  ...skippable.map((name) => [`nested ${name}`, nested(name)] as const),
  ["unclosed links with addresses", opened('<a href="//example.com/a">x')],
  ["unclosed links to relative addresses", opened("<a href=x>")],
  ["relative images", opened("<img src=x>")],
  [
    "formatting carried into paragraphs",
    (size) => `<p>${repeatNumbered((index) => `<b title=${index}>`, size / 2)}${repeat("<p>x", size / 2)}`,
  ],
  [
    "links carried into paragraphs",
    (size) => `<p>${repeatNumbered((index) => `<i><a href=//a/${index}>`, size / 2)}${repeat("<p>x", size / 2)}`,
  ],
  ["long link carried into blocks", (size) => `<a href="//a/${"x".repeat(size / 4)}">${repeat("<div>x</div>", size)}`],
  ["eight emphases carried into blocks", (size) => `<b><i><u><s><em><code><small><strong>${repeat("<p>x", size)}`],
  ["misnested formatting", opened("<b><i></b>x</i>")],
  ["misnested formatting and blocks", opened("<b><p></b>x</p>")],
  ["misnested links and tables", opened("<a href=/><table><a href=/>x")],
  ["end tags of nothing", opened("</div></b></td></svg>")],
  ["end tags of nothing in a full stack", (size) => `${"<div>".repeat(120)}${repeat("</p></li></span>", size)}`],
  ["end tags of p", opened("</p>")],
  ["attributes of one tag", (size) => `<p ${repeatNumbered((index) => `a${index}=x `, size)}>x`],
  ["equal attributes of one tag", (size) => `<p ${repeat("a=x ", size)}>x`],
  ["event handlers", opened("<p onclick=x onload=y>z")],
  ["invented attribute names", (size) => repeatNumbered((index) => `<p x${index}=y>z`, size)],
  ["invented element names", (size) => repeatNumbered((index) => `<x${index}>z`, size)],
  ["one long attribute", (size) => `<a href="${"x".repeat(size)}">x</a>`],
  ["one long title", (size) => `<abbr title="${"&".repeat(size)}">x</abbr>`],
  ["one long name", (size) => `<${"x".repeat(size)}>x`],
  ["one long srcset", (size) => `<img src=//a srcset="${repeat("//a/b 1x,", size)}">`],
  ["commas in a srcset", (size) => `<img src=//a srcset="${",".repeat(size)}">`],
  ["commas in many source sets", opened(`<img src=//a srcset="//b${",".repeat(4000)}c 1x">`)],
  ["spaces in an address", (size) => `<a href="${" ".repeat(size)}x">x</a>`],
  ["ampersands", opened("&")],
  ["angle brackets", opened("<")],
  ["less and slash", opened("</")],
  ["less and exclamation mark", opened("<!")],
  ["references", opened("&amp;&#65;&#x41;&CounterClockwiseContourIntegral;")],
  ["references without end", opened("&CounterClockwiseContourIntegra")],
  ["long numeric references", (size) => `&#${"9".repeat(size)};`],
  ["no-break spaces", opened("\u00a0")],
  ["quotes in attributes", opened('<p title=\'"""""""""\'>')],
  ["comments", opened("<!---->")],
  ["unfinished comment", (size) => `<!--${repeat("- -", size)}`],
  ["comment ends almost", (size) => `<!--${repeat("--!", size)}`],
  ["nested comments", opened("<!--")],
  ["doctypes", opened("<!doctype html>")],
  ["cdata", opened("<![CDATA[x]]>")],
  ["cdata in svg", (size) => `<svg>${repeat("<![CDATA[x]]>", size)}`],
  ["unfinished cdata in svg", (size) => `<svg><![CDATA[${repeat("]]", size)}`],
  ["unfinished script", (size) => `<script>${repeat("</scrip", size)}`],
  ["escaped script", (size) => `<script>${repeat("<!--<script>", size)}`],
  ["unfinished title", (size) => `<title>${repeat("</titl", size)}`],
  ["unfinished style", opened("<style>")],
  ["unfinished textarea", opened("<textarea>x</")],
  ["plaintext", opened("<plaintext>")],
  ["noscript with images", opened("<noscript><img src=/a></noscript>")],
  ["fostered text", (size) => `<table>${repeat("x<tr>", size)}`],
  ["fostered blocks", (size) => `<table>${repeat("<div>x", size)}`],
  ["cells", (size) => `<table>${repeat("<td>", size)}`],
  ["rows", (size) => `<table>${repeat("<tr><td>x", size)}`],
  ["sections", (size) => `<table>${repeat("<tbody>x", size)}`],
  ["captions", (size) => `<table>${repeat("<caption>x", size)}`],
  ["tables in cells", opened("<table><td>x")],
  ["tables in tables", opened("<table>x")],
  ["ends of tables", opened("<table></table></table>")],
  ["items and definitions", opened("<li><dd><dt>")],
  ["headings", opened("<h1><h2>x")],
  ["readings", opened("<ruby><rt>x<rp>")],
  ["foreign depth", (size) => `<svg>${repeat("<g><foreignObject>", size)}`],
  ["foreign ends", (size) => `<svg>${"<g>".repeat(200)}${repeat("</x></y>", size)}`],
  ["foreign breakouts", opened("<svg><p>x")],
  ["math in svg in math", opened("<math><mtext><svg><desc>")],
  ["templates in tables", opened("<table><template><td>")],
  ["options", (size) => `<select>${repeat("<option>x", size)}`],
  ["one long line", (size) => "word ".repeat(size / 5)],
  ["one long word", (size) => "x".repeat(size)],
  ["spaces", (size) => `<p>x${" ".repeat(size)}`],
  ["newlines", opened("\r\n")],
  ["newlines in pre", (size) => `<pre>${"\n".repeat(size)}`],
  ["line breaks", opened("<br>")],
  ["rules", opened("<hr>")],
  ["emoji", opened("😀")],
  ["lone surrogates", opened("\ud83d")],
  ["nulls", opened("\0")],
  ["bidi controls", opened("\u202e\u2067x")],
  ["quotation marks", opened("„x")],
  ["brackets", opened("[x ")],
  ["linked data", (size) => `<script type=application/ld+json>${"[".repeat(size)}</script>`],
  ["linked data, much of it", opened('<script type=application/ld+json>{"@graph":[{},{},{}]};;</script>')],
  ["linked data, one big graph", (size) => `<script type=application/ld+json>[${"{},".repeat(size / 3)}{}]</script>`],
  ["metas", opened('<meta property=og:title content="x">')],
  ["metas behind a base", (size) => `<base href=https://a.example/>${repeat("<meta><time>", size)}`],
  ["authors", (size) => `<meta name=author content="${"a and b, ".repeat(size / 9)}">`],
  ["different links", (size) => repeatNumbered((index) => `<a href=https://a.example/x.${index}/y?z>x`, size)],
  ["different relative links", (size) => repeatNumbered((index) => `<a href=/${index}>x`, size)],
  ["different images", (size) => repeatNumbered((index) => `<img src=/${index}.jpg alt=x>`, size)],
  ["lazy images", opened("<img src=data:x data-src=/a.jpg>")],
  ["images in noscript", (size) => `<noscript>${repeat("<img src=/a>", size)}</noscript>`],
  ["short lines", opened("x<br>")],
  ["lines that look like boilerplate", opened("<p>Teilen")],
  ["lines that nearly look like boilerplate", opened(`<p>Lesen Sie auch ${"x".repeat(250)}`)],
  ["lines that look like pictures", opened(`<p>${".jpg ".repeat(300)}`)],
  ["lines in capitals", opened("<p>A LINE IN CAPITALS THAT SHOUTS")],
  ["lines in the wrong encoding", opened("<p>fÃ¼r â€œ")],
  ["one line in the wrong encoding", opened("Ã¼")],
  ["pairs of quotation marks", opened("“x” „y“ «z» ")],
  ["brackets without end", opened("[")],
  ["brackets in brackets", opened("[a [b] ")],
  ["clauses joined with themselves", opened("accept this and accept this and ")],
  ["formulas", opened("<math><mi>x</mi></math>")],
  ["one long formula", (size) => `<math><mi>${repeat("x<!---->", size)}`],
  ["blocks with classes on a page", (size) => `<html><nav>x</nav>${repeat('<div class="nav share">x</div>', size)}`],
  ["deep page", (size) => `<html><nav>x</nav>${repeat('<div class="content">x', size)}`],
  ["iframes", opened("<iframe src=https://www.youtube.com/embed/abcdefghijk></iframe>")],
  ["videos", opened("<video src=//a/b></video>")],
]);
