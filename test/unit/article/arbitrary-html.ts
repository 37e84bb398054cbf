import fc from "fast-check";

const names = (
  "p div b i a span em strong h1 h2 ul ol li dl dt dd table caption thead tbody tr td th pre blockquote figure ruby rt rp " +
  "q sub del br hr img wbr section article aside details summary form button select option textarea title script style " +
  "svg math mtext foreignObject desc template noscript iframe xmp plaintext noembed video font center x-custom body html"
).split(" ");
const attributes = [
  "",
  ' href="https://a.example/x?utm_source=y&z=1"',
  " href=/b",
  " href=javascript:alert(1)",
  ' title="a &lt; b &quot; \'"',
  " title=<x>",
  " src=/i.png",
  ' src=data:x data-src="//c.example/i.jpg" alt=" y "',
  ' srcset="a.png 1x, b.png 2x"',
  " onclick=alert(1)",
  " lang=de",
  " dir=rtl",
  " colspan=2",
  " class=nav id=x",
  " encoding=text/html",
  "/",
  " a=1 a=2",
  ' cite="http://d.example"',
];
const texts = [
  "x",
  " y ",
  "\n",
  "a  b",
  "&amp;",
  "&lt;p&gt;",
  "&nbsp;",
  "\u00a0",
  "<",
  "</",
  "<!--",
  "-->",
  "<!-- c -->",
  "<![CDATA[",
  "]]>",
  "&notit;",
  "&#0;",
  "&#x80;",
  "\u0000",
  "\ud83d",
  "😀",
  "\u202e",
  "\u2069",
  "\ufeff",
  "\r\n",
  "\f",
  "„q“",
];

const name = fc.constantFrom(...names);
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(name, fc.constantFrom(...attributes)).map(([tag, extra]) => `<${tag}${extra}>`) },
  { weight: 3, arbitrary: name.map((tag) => `</${tag}>`) },
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8, unit: "binary" }) },
);

/** Markup as nobody would write it: tags of every kind in any order, half-open comments, odd characters. */
export const arbitraryHtml: fc.Arbitrary<string> = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
