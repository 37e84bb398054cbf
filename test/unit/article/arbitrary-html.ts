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
  ' title="a\nb\r\nc"',
  "\nhref='/a&b&notit;c&#x6a'\ftitle=x\0y",
  ' alttext="a < b"',
  ' start=3 value="-1" type=A reversed',
  " open",
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
  "&amp&lt&ampx&#65&#x42 &copy",
  "\r",
  "\v",
  "<br/>",
  "</br>",
  "</p>",
  "\n\n",
  "\t",
];

/** What hostile and careless markup is made of beyond single tags: things that only go wrong together. */
const fragments = [
  "<ruby>漢<rb>字<rtc><rt>かん<rp>)</ruby>",
  "<table><tr><td><table><tr><td>x",
  "<table><tr><td>a<a href=/x>b<td>c</a>d</table>",
  "<ul><table><li>x</table><li>y</ul>",
  "<table><ul><li>x<tr><td>y</ul></table>",
  "<select><option>a<optgroup label=b><option>c<hr></select>",
  "<details><summary>s<p>t</summary>u</details>",
  "<b><i><p></b>x</i>y</p>",
  "<a href=/a>x<div>y<a href=/b>z</div></a>",
  "<pre>\n\n",
  "<pre>\r\n",
  "<p>a<pre>b</p>",
  "<h1>a<div>b<h2>c",
  "<svg><desc><p>x</svg>",
  "<svg></p><style><a title='</style><img src=x onerror=alert(1)>'>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
  "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
  "<!--><script>x</script>-->",
  "<template><tr><td>x</template>",
  "<video src=/v.mp4><p>x</video>",
  "<iframe src=//www.youtube.com/embed/abcdefg>x</iframe>",
  "<a href=/x></a>",
  "<a href=/x><i>",
  "<dl><dt>a<dd>b<dl><dd>c",
];

const name = fc.constantFrom(...names);
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(name, fc.constantFrom(...attributes)).map(([tag, extra]) => `<${tag}${extra}>`) },
  { weight: 3, arbitrary: name.map((tag) => `</${tag}>`) },
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.constantFrom(...fragments) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8, unit: "binary" }) },
);

/** Markup as nobody would write it: tags of every kind in any order, half-open comments, odd characters. */
export const arbitraryHtml: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 8, arbitrary: fc.array(piece, { maxLength: 40 }) },
    { weight: 1, arbitrary: fc.array(piece, { maxLength: 200, size: "max" }) },
  )
  .map((pieces) => pieces.join(""));
