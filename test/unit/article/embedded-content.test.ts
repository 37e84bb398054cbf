import { describe, expect, test } from "vitest";
import { readHtml } from "../../../shared/article/read-article.ts";

const url = "https://news.example/2026/11/article.html";
const link = (href: string, text: string): string => `<a href="${href}" rel="nofollow noopener">${text}</a>`;
const image = (name: string, more = ""): string => `<img src="https://news.example/${name}"${more}>`;
const removedFrom = (html: string): string[] =>
  readHtml(html, { url }).removed.map(({ what, rule, count }) => `${what} ${rule} ${count}`);

describe("what relative addresses are relative to", () => {
  test.for([
    ["a base", '<base href="https://b.example/c/d">', "https://b.example/c/f"],
    ["the first base", '<base href="https://b.example/c/"><base href="https://d.example/">', "https://b.example/c/f"],
    ["the canonical address", '<link rel=canonical href="https://c.example/d/e">', "https://c.example/d/f"],
    [
      "the address for other pages",
      '<meta property="og:url" content="https://o.example/d/e">',
      "https://o.example/d/f",
    ],
    [
      "a base rather than another address",
      '<meta property="og:url" content="https://o.example/"><base href="https://b.example/">',
      "https://b.example/f",
    ],
    [
      "the first of the addresses that the page has",
      '<meta property="og:url" content="https://o.example/d/e"><link rel=canonical href="https://c.example/d/e">',
      "https://o.example/d/f",
    ],
    [
      "no other fact of the page",
      '<meta name=x content="https://x.example/"><meta property="og:url" content="https://o.example/d/e">',
      "https://o.example/d/f",
    ],
    ["nothing: another edition", '<link rel=alternate href="https://c.example/d/e">', "f"],
    ["nothing: a base that runs", '<base href="javascript:x">', "f"],
    ["nothing: a base that is relative itself", '<base href="/c/">', "f"],
  ] as const)("%s", ([, head, href]) => {
    expect(readHtml(`${head}<a href=f>x</a>`).html).toBe(link(href, "x"));
  });

  test("the address given, whatever the page says", () => {
    const { html } = readHtml('<base href="https://b.example/"><a href=f>x</a>', { url });
    expect(html).toBe(link("https://news.example/2026/11/f", "x"));
  });
});

describe("players and frames", () => {
  test.for([
    ["a video without a name", "<video src=/v.mp4></video>", link("https://news.example/v.mp4", "Video")],
    [
      "a recording with two sources and a blank name",
      '<audio title=" "><source src=/a.mp3><source src=/b.mp3>no</audio>x',
      `${link("https://news.example/a.mp3", "Audio")}<br>x`,
    ],
    ["a video without an address", "<video>no</video>x", "x"],
    ["a video that runs", '<video src="javascript:y"></video>x', "x"],
    [
      "a video with other things in it",
      "<video><track src=/t.vtt><source src=/v.mp4></video>",
      link("https://news.example/v.mp4", "Video"),
    ],
    [
      "a frame with a blank name",
      '<iframe title=" " src="https://player.vimeo.com/video/7"></iframe>',
      link("https://vimeo.com/7", "Vimeo"),
    ],
    ["a video that is left open", "<video src=/v.mp4>no", link("https://news.example/v.mp4", "Video")],
    [
      "a frame that a script would have loaded",
      'a<iframe data-src="https://player.vimeo.com/video/7" title=" The film "></iframe>b',
      `a<br>${link("https://vimeo.com/7", "The film")}<br>b`,
    ],
    ["a frame without an address", "<iframe title=x></iframe>y", "y"],
    ["a frame of the page itself", "<iframe src=/embed></iframe>y", "y"],
    ["a plug-in of no known service", '<embed src="https://ads.example/x">y', "y"],
  ] as const)("%s", ([, html, expected]) => {
    expect(readHtml(html, { url }).html).toBe(expected);
  });

  test("are reported by what became of them", () => {
    expect(removedFrom("<video src=/v.mp4></video><audio></audio><iframe></iframe>")).toEqual([
      "<video> embed-linked 1",
      "<audio> element-dropped 1",
      "<iframe> element-dropped 1",
    ]);
    expect(removedFrom('<iframe src="https://player.vimeo.com/video/7"></iframe>')).toEqual([
      "<iframe> embed-linked 1",
    ]);
  });

  test("with a relative address are warned of, where nothing says to what", () => {
    const { html, warnings } = readHtml("<video src=v.mp4></video>");
    expect(html).toBe(link("v.mp4", "Video"));
    expect(warnings.find(({ code }) => code === "relative-url")?.detail).toMatch(/^1 /);
    expect(readHtml("<video src=https://a.example/v.mp4></video>").warnings.map(({ code }) => code)).toEqual([
      "very-short",
    ]);
  });

  test.for([
    ["https://www.youtube.com/embed/abcdefghijk?rel=0", "https://www.youtube.com/watch?v=abcdefghijk", "YouTube"],
    ["https://geo.dailymotion.com/embed/video/x8abc", "https://www.dailymotion.com/video/x8abc", "Dailymotion"],
    ["https://www.instagram.com/reel/C-1_x/embed/", "https://www.instagram.com/reel/C-1_x/", "Instagram"],
    ["https://www.tiktok.com/embed/v2/7", "https://www.tiktok.com/embed/v2/7", "TikTok"],
    ["https://platform.twitter.com/embed/Tweet.html?id=7", "https://platform.twitter.com/embed/Tweet.html?id=7", "X"],
    [
      "https://www.facebook.com/v2.10/plugins/post.php?href=x",
      "https://www.facebook.com/v2.10/plugins/post.php?href=x",
      "Facebook",
    ],
    ["https://open.spotify.com/embed-podcast/episode/4x", "https://open.spotify.com/episode/4x", "Spotify"],
    ["https://w.soundcloud.com/player/?url=x", "https://w.soundcloud.com/player/?url=x", "SoundCloud"],
    [
      "https://embed.podcasts.apple.com/de/podcast/x/id7",
      "https://podcasts.apple.com/de/podcast/x/id7",
      "Apple Podcasts",
    ],
    ["https://datawrapper.dwcdn.net/aBcDe/1/", "https://datawrapper.dwcdn.net/aBcDe/1/", "Datawrapper"],
    ["https://flo.uri.sh/visualisation/7/embed", "https://flo.uri.sh/visualisation/7/embed", "Flourish"],
    ["https://e.infogram.com/x", "https://e.infogram.com/x", "Infogram"],
    ["https://www.google.co.uk/maps/embed?pb=x", "https://www.google.co.uk/maps/embed?pb=x", "Google Maps"],
    [
      "https://www.openstreetmap.org/export/embed.html?bbox=x",
      "https://www.openstreetmap.org/export/embed.html?bbox=x",
      "OpenStreetMap",
    ],
    ["https://players.brightcove.net/7/x/index.html", "https://players.brightcove.net/7/x/index.html", "Brightcove"],
    ["https://content.jwplatform.com/players/x-y.html", "https://content.jwplatform.com/players/x-y.html", "JW Player"],
    ["https://embed.documentcloud.org/documents/7/", "https://embed.documentcloud.org/documents/7/", "DocumentCloud"],
    ["https://www.scribd.com/embeds/77/content", "https://www.scribd.com/document/77", "Scribd"],
    ["https://www.bbc.co.uk/news/av-embeds/7", "https://www.bbc.co.uk/news/av-embeds/7", "BBC"],
    ["https://p.dw.com/embed/7", "https://p.dw.com/embed/7", "Deutsche Welle"],
    ["https://www.ardmediathek.de/embed/x", "https://www.ardmediathek.de/embed/x", "ARD"],
    ["https://ngp.zdf.de/miniplayer/embed/?mediaID=x", "https://ngp.zdf.de/miniplayer/embed/?mediaID=x", "ZDF"],
  ] as const)("%s leads to %s", ([frame, page, service]) => {
    expect(readHtml(`<iframe src="${frame}"></iframe>`).html).toBe(link(page, service));
  });

  test.for([
    "https://evil.example/?www.youtube.com/embed/abcdefghijk",
    "https://evil.example/www.youtube.com/embed/abcdefghijk",
    "https://www.youtube.com.evil.example/embed/abcdefghijk",
    "https://xplayer.vimeo.com/video/7",
    "https://player.vimeo.com/video/x",
    "https://www.bbc.example/news",
    "https://www.google.com/recaptcha/api2/anchor",
    "/embed/abcdefghijk",
  ])("%s only looks like a known service", (frame) => {
    expect(readHtml(`a<iframe src="${frame}"></iframe>b`).html).toBe("ab");
  });
});

describe("pictures", () => {
  test.for([
    [
      "the sources of one picture are not those of the next",
      "<picture><source srcset=/a.webp></picture><picture><img>",
      "",
    ],
    [
      "the first source counts, for one picture",
      "<picture><source data-srcset=/a.webp><source srcset=/b.webp><img></picture><img>",
      image("a.webp"),
    ],
    [
      "one-pixel pictures in noscript are counters",
      "<noscript><img src=/1.gif width=1><img src=/0.gif height=0><img src=/p.jpg width=10></noscript>",
      image("p.jpg", ' width="10"'),
    ],
    [
      "a fallback without an address, of another kind, or in a style is none",
      "<noscript><img><embed src=/v.jpg><style><img src=/s.jpg></style></noscript>x",
      "x",
    ],
    ["a fallback whose name is a number", "<noscript><img src=/a.jpg alt=1></noscript>", image("a.jpg", ' alt="1"')],
    ["sources with something in between", "<picture><source srcset=/a.webp><link><img></picture>", image("a.webp")],
    [
      "a fallback that says something else is another picture, once",
      "<img src=/i.jpg><noscript><img src=/j.jpg></noscript><noscript><img src=/j.jpg>text</noscript>",
      image("i.jpg") + image("j.jpg"),
    ],
    [
      "sets of sources stay, the smallest first",
      '<img src="/a.jpg" srcset="/c.jpg 300w, /b.jpg 1.5x, ,/d.jpg, /e.jpg foo">',
      image(
        "a.jpg",
        ' srcset="https://news.example/d.jpg, https://news.example/e.jpg, https://news.example/b.jpg 1.5x, https://news.example/c.jpg 300w"',
      ),
    ],
    [
      "the largest of a set is the source where there is none",
      '<img srcset="/a.jpg 100w, /b.jpg 50w">',
      image("a.jpg", ' srcset="https://news.example/b.jpg 50w, https://news.example/a.jpg 100w"'),
    ],
    ["a set of one says nothing more", '<img srcset="/a.jpg 2x">', image("a.jpg")],
    [
      "a set that a script would have used is not for a picture that has a source",
      '<img src="/a.jpg" data-srcset="/x 1x, /y 2x">',
      image("a.jpg"),
    ],
    [
      "but for one whose source stands in only",
      '<img src="/lazy.gif" data-src="/x.jpg" data-srcset="/x.jpg 1x, /y.jpg 2x">',
      image("x.jpg", ' srcset="https://news.example/x.jpg 1x, https://news.example/y.jpg 2x"'),
    ],
    [
      "JSON is no address",
      '<img src="data:x" data-src="{a/b}" data-lazy-src="[a/b]" data-original="/o.jpg">',
      image("o.jpg"),
    ],
    ["nor is a word", '<img data-src="large" data-lazy-src="/a">', image("a")],
    ["a placeholder is better than nothing", '<img src="/blank.gif" alt=" A ">', image("blank.gif", ' alt="A"')],
    ["a blank set says nothing", '<img srcset=" " data-srcset="/a.jpg 2x">', image("a.jpg")],
    [
      "spaces and commas part a set, before it and in it",
      '<img srcset=" /d.jpg, /e.jpg 3x,  /b.jpg   2x">',
      image(
        "e.jpg",
        ' srcset="https://news.example/d.jpg, https://news.example/b.jpg 2x, https://news.example/e.jpg 3x"',
      ),
    ],
    ["a source has its set behind other attributes", "<picture><source media=x srcset=/a><img></picture>", image("a")],
    ["a source without a set says nothing", "<picture><source><img src=/a></picture>", image("a")],
    ["a source that shows is not replaced", "<img src=/a.jpg data-src=/b.jpg>", image("a.jpg")],
    ["a bracket within is no JSON", "<img data-src=/a[1].jpg>", image("a[1].jpg")],
    ["an empty fallback is no picture", "<img src=/i.jpg><noscript><img></noscript>", image("i.jpg")],
    ["commas alone are no address", '<img srcset=",, ,">x', "x"],
    [
      "size, title and language stay where they are valid",
      '<img src=/a.jpg width=" 100px " height=x title=" t " lang=de dir=up>',
      image("a.jpg", ' title="t" width="100" lang="de"'),
    ],
  ] as const)("%s", ([, html, expected]) => {
    expect(readHtml(html, { url }).html).toBe(expected);
  });

  test("without an address are reported", () => {
    expect(removedFrom("<img><img src=data:x>")).toEqual(["<img> image-without-source 2", "src url-scheme 1"]);
  });

  test("say what they lose", () => {
    expect(removedFrom("<img src=/a.jpg onclick=x class=y>")).toEqual(["on* event-handler 1", "class style 1"]);
    expect(removedFrom(`<img src=/${"x".repeat(9000)}>`)).toEqual(["src url-scheme 1", "<img> image-without-source 1"]);
  });

  test("with relative addresses are warned of, where nothing says to what", () => {
    const detailOf = (html: string): string | undefined =>
      readHtml(html).warnings.find(({ code }) => code === "relative-url")?.detail;
    expect(detailOf('<img src=a.png srcset="b.png 2x">')).toMatch(/^2 /);
    expect(detailOf("<img src=https://a.example/a.png>")).toBeUndefined();
  });

  test("cannot smuggle a comma to the beginning of a candidate", () => {
    expect(readHtml('<img srcset="\u200b,a 1x, b 2x, c 3x">').html).toBe('<img src="c" srcset="b 2x, c 3x">');
  });

  test("take attributes, addresses and candidates up to their bounds", () => {
    const address = `/${"x".repeat(8191)}`;
    expect(readHtml(`<img src=${address} alt=${"y".repeat(8192)}>`, { url }).html).toBe(
      image(address.slice(1), ` alt="${"y".repeat(8192)}"`),
    );
    expect(readHtml(`<picture><source srcset=${address}><img></picture>`, { url }).html).toBe(image(address.slice(1)));
    expect(readHtml(`<picture><source srcset=${address}x><img></picture>`, { url }).html).toBe("");
    const set = "/a 1x, ".repeat(1171);
    expect(readHtml(`<picture><source srcset="${set.slice(0, 8192)}"><img></picture>`, { url }).html).not.toBe("");
    expect(readHtml(`<picture><source srcset="${set}"><img></picture>`, { url }).html).toBe("");
    const flood = (count: number): string => Array.from({ length: count }, (_, index) => `x${index}`).join(" ");
    expect(readHtml(`<img src=/a ${flood(62)} alt=b>`, { url }).html).toBe(image("a", ' alt="b"'));
    expect(readHtml(`<img src=/a ${flood(63)} alt=b>`, { url }).html).toBe(image("a"));
    const many = Array.from({ length: 40 }, (_, index) => `/${index} ${index + 1}w`).join(", ");
    expect(readHtml(`<img src=/a srcset="${many}">`, { url }).html.match(/\d+w/g)?.length).toBe(32);
  });

  test("for which there is no room are reported", () => {
    const far = { url: `https://news.example/${"x".repeat(2000)}/` };
    const { html, removed } = readHtml("<img src=a>".repeat(3), far);
    expect(html).toBe("");
    expect(removed).toEqual([{ what: "<img>", rule: "output-budget", count: 3 }]);
  });

  test("lose attributes that are too long", () => {
    const long = "x".repeat(9000);
    const { html, removed } = readHtml(`<img src=/i.jpg alt=${long} srcset=/${long}>`, { url });
    expect(html).toBe(image("i.jpg"));
    expect(removed).toEqual([
      { what: "alt", rule: "attribute-too-long", count: 1 },
      { what: "srcset", rule: "attribute-too-long", count: 1 },
    ]);
    expect(readHtml(`<img src=/${long}>`, { url }).html).toBe("");
  });
});

describe("formulas, drawings and forms", () => {
  test.for([
    ["a formula without anything in it", "a<math/>b", "ab"],
    ["a formula that is left open", "a<math><mi>x</mi>", "ax"],
    ["a blank alternative is none", '<math alttext=" "><mi>y</mi></math>', "y"],
    ["the words of a formula", "<math><mtext>a</mtext><mtext>b<br>c</mtext></math>d", "a b cd"],
    ["a formula left open in a letter", "<math><mi><p>a</p>b</mi></math>c", "bc"],
    ["HTML in a formula's source", '<math><annotation-xml encoding="TEXT/html"><p>a</p></annotation-xml></math>b', "b"],
    [
      "XHTML in a formula's source",
      '<math><annotation-xml encoding="application/xhtml+xml"><p>a</p></annotation-xml></math>b',
      "b",
    ],
    [
      "a paragraph ends a formula in any other source",
      '<math><annotation-xml encoding="x"><p>a</p></annotation-xml></math>b',
      "<p>a</p>b",
    ],
    ["an empty drawing ends at once, a template does not", "<svg/>a<svg>b</svg>c<template/>d</template>e", "ace"],
    ["text of a drawing", "<svg><foreignObject><p>x</p></foreignObject><title><b>t</b></title></svg>y", "y"],
    ["named type and sized type do, too", "<svg><font face=x>a<svg><font size=1>b</svg>c", "abc"],
    ["other colors do not", "<svg><text color=red>x</text></svg>y", "y"],
    ["drawings in drawings", "<svg><svg/></svg>a<svg><svg></svg>b</svg>c", "ac"],
    ["drawings deeper than are told apart", `${"<svg>".repeat(200)}a${"</svg>".repeat(100)}b`, "b"],
    ["a source in a drawing", "<svg><source src=x></svg>a", "a"],
    ["an end of a list in a drawing", "<svg></select>x</svg>y", "y"],
    ["character data that look like an end", "<svg><![CDATA[>]]</svg>a]]></svg>b", "b"],
    ["which in HTML are a comment and an end", "<template><![CDATA[></template>a]]></template>b", "a]]&gt;b"],
    ["a formula's source without a form", "<math><annotation-xml><p>a</p></annotation-xml></math>b", "<p>a</p>b"],
    [
      "one whose form is called otherwise",
      "<math><annotation-xml id=text/html><p>a</p></annotation-xml></math>b",
      "<p>a</p>b",
    ],
    ["a form of something else", "<math><mrow encoding=text/html><p>a</p></mrow></math>b", "<p>a</p>b"],
    ["colored type ends a drawing", "<svg><font color=red>x</font></svg>y", "xy"],
    ["other type does not", "<svg><font>x</font>y<font id=a>x</font>y</svg>z", "z"],
    ["character data of a drawing", "<svg><![CDATA[<p>a]]></svg>b", "b"],
    ["a script in a drawing", "<svg><script>alert(1)</script><a>x</a></svg>y", "y"],
    ["templates nest", "<template>a<template>b</template>c</template>d", "d"],
    ["a paragraph in a template", "<template><p>a<svg><p>b</svg></p></template>c", "c"],
    [
      "values of a form",
      "<textarea>a</textarea>b<select><option>c<option>d</select>e<datalist><option>f</datalist>g",
      "beg",
    ],
    ["an option ends at the next paragraph", "<option>a<p>b", "<p>b</p>"],
    ["an option goes on behind another end", "<option>a</i>x</option>y", "y"],
    ["an option goes on with an element in it", "<option>a<a>x</a>y</option>z", "z"],
    ["an option ends with its list of data", "<option>a</datalist>c", "c"],
    ["an option ends with its list", "<option>a<option>b</select>c", "c"],
    ["a list of options in a template goes with it", "<template><select><p>a</select></template>b", "b"],
    [
      "labels stay, values go",
      "<form><legend>a</legend><label>b</label><input value=c></form>d",
      "<div><div>a</div>b</div>d",
    ],
    ["raw text to the end", "<plaintext>a</plaintext>b", "<pre>a&lt;/plaintext&gt;b</pre>"],
    ["raw text in a drawing is none", "<svg><title><xmp>a</xmp></title></svg>b", "b"],
    ["a closed break is one, a closed paragraph parts", "a</br>b</p>c", "a<br>b<br>c"],
    ["a closed place for a break is nothing", "a</wbr>b", "ab"],
  ] as const)("%s", ([, html, expected]) => {
    expect(readHtml(html, { url }).html).toBe(expected);
  });

  test("a long formula is cut", () => {
    const { html } = readHtml(`<math>${"<mi>x</mi>".repeat(2000)}</math>`);
    expect(html).toBe(`${"x ".repeat(500).trim()}`);
    expect(readHtml(`<math alttext="${"x".repeat(2000)}"></math>`).html).toBe("x".repeat(1000));
  });

  test("are reported by what became of them", () => {
    expect(removedFrom("<math><mi>x</mi></math><math> </math><svg/><svg></svg>")).toEqual([
      "<math> formula-as-text 1",
      "<math> element-dropped 1",
      "<svg> element-dropped 2",
    ]);
    expect(removedFrom("<select><option>a<option>b</select>")).toEqual(["<select> element-dropped 1"]);
    expect(removedFrom("<option>a<option>b</select>")).toEqual(["<option> element-dropped 2"]);
    expect(removedFrom("<title>a</title>")).toEqual([]);
  });
});

describe("attributes", () => {
  test.for([
    [
      "numbers of lists",
      '<ol start="+7" reversed type=I><li value="-3">a</ol>',
      '<ol start="7" reversed="" type="I"><li value="-3">a</li></ol>',
    ],
    ["numbers that are none", "<ol start=x type=z><li value=4.5>a</ol>", '<ol><li value="4">a</li></ol>'],
    [
      "spans within their limits",
      "<table><tr><td colspan=1000 rowspan=0>a<td colspan=1 rowspan=65534>b<td colspan=0>c<td colspan=1001 rowspan=65535>d<td rowspan=-1>e</table>",
      '<table><tbody><tr><td colspan="1000" rowspan="0">a</td><td colspan="1" rowspan="65534">b</td><td>c</td><td>d</td><td>e</td></tr></tbody></table>',
    ],
    [
      "scopes",
      "<table><tr><th scope=x>a<th scope=COLgroup>b</table>",
      '<table><tbody><tr><th>a</th><th scope="colgroup">b</th></tr></tbody></table>',
    ],
    [
      "times and changes",
      '<time datetime=" 2026-11-23 ">a</time><del datetime=x cite="javascript:a">b</del><ins cite=/c>d</ins>',
      '<time datetime="2026-11-23">a</time><del>b</del><ins cite="https://news.example/c">d</ins>',
    ],
    [
      "quotations cite the web",
      '<q cite="mailto:a@b.example">x</q><q cite="/a">y</q>',
      '<q>x</q><q cite="https://news.example/a">y</q>',
    ],
    ["languages", '<p lang=" de-CH ">a<p lang=abcdefghi>b<p lang=de->c', '<p lang="de-CH">a</p>\n<p>b</p>\n<p>c</p>'],
    ["directions", "<p dir=' Auto '>a<p dir=autos>b<p dir=xltr>c", '<p dir="auto">a</p>\n<p>b</p>\n<p>c</p>'],
    [
      "kinds of numbers",
      "<ol type=' a '></ol><ol type=ab><li>b</ol><ol type=xa><li>c</ol>",
      "<ol><li>b</li></ol>\n<ol><li>c</li></ol>",
    ],
    ["kinds of numbers that are known", "<ol type=' a '><li>b</ol>", '<ol type="a"><li>b</li></ol>'],
    [
      "numbers with something around them",
      "<ol start=x2><li value=2x>a<li value=' 2.55 '>b</ol>",
      '<ol><li>a</li><li value="2">b</li></ol>',
    ],
    [
      "scopes with something around them",
      "<table><tr><th scope=' row '>a<th scope=xrow>b<th scope=rows>c</table>",
      '<table><tbody><tr><th scope="row">a</th><th>b</th><th>c</th></tr></tbody></table>',
    ],
    [
      "languages of links",
      '<a href=/x hreflang=" de " title=" t ">a</a><a href=/x hreflang=- title=" ">b</a>',
      `<a href="https://news.example/x" hreflang="de" title="t" rel="nofollow noopener">a</a>${link("https://news.example/x", "b")}`,
    ],
  ] as const)("%s", ([, html, expected]) => {
    expect(readHtml(html, { url }).html).toBe(expected);
  });

  test("that are refused are reported by why", () => {
    expect(removedFrom('<a href="ftp://a.example/">x</a><a href="">y</a><a href="https://[">z</a><p lang=->')).toEqual([
      "href url-scheme 1",
      "href url-empty 1",
      "href url-syntax 1",
      "lang attribute-invalid 1",
    ]);
    const kinds =
      "<p role=x aria-label=y item prop=z itemprop=a data-x=b srcdoc=c target=d loading=e align=f id=g name=h foo=i style=j>x";
    expect(removedFrom(kinds)).toEqual([
      "aria-*, role clobbering 2",
      "attributes attribute-not-listed 3",
      "item* script-data 1",
      "data-* script-data 1",
      "srcdoc foreign-document 1",
      "rel, target link-behavior 1",
      "loading layout 1",
      "looks layout 1",
      "id, name clobbering 2",
      "style style 1",
    ]);
  });

  test("are reported by their kind also where their names are too long to be remembered", () => {
    const long = "x".repeat(60);
    expect(removedFrom(`<p on${long}=1 data-${long}=1 ${long}=1>x`)).toEqual([
      "on* event-handler 1",
      "data-* script-data 1",
      "attributes attribute-not-listed 1",
    ]);
  });

  test("linked data stands in scripts alone", () => {
    const style = '<style type="application/ld+json">x</style>';
    expect(removedFrom(style)).toEqual(["<style> element-dropped 1"]);
    expect(readHtml(`${style}<textarea>y</textarea>`).warnings.map(({ code }) => code)).toEqual(["very-short"]);
  });

  test("with relative addresses are warned of, each", () => {
    const { warnings } = readHtml("<a href=x>y</a><q cite=z>y</q>");
    expect(warnings.find(({ code }) => code === "relative-url")?.detail).toMatch(/^2 /);
  });

  test("beyond 64 are not looked at", () => {
    const flood = (count: number): string => Array.from({ length: count }, (_, index) => `x${index}`).join(" ");
    const { html, removed } = readHtml(`<p ${flood(63)} lang=de>a<p ${flood(64)} lang=de>b`);
    expect(html).toBe('<p lang="de">a</p>\n<p>b</p>');
    expect(removed).toContainEqual({ what: "attributes", rule: "attribute-flood", count: 1 });
  });

  test("of more than 8192 characters are dropped", () => {
    const title = (length: number): string => `<abbr title="${"x".repeat(length)}">a</abbr>`;
    expect(readHtml(title(8192)).html).toBe(title(8192));
    expect(readHtml(title(8193)).html).toBe("<abbr>a</abbr>");
    expect(removedFrom(title(8193))).toEqual(["title attribute-too-long 1"]);
  });

  test("elements that nobody knows are reported by name where they have one", () => {
    expect(removedFrom(`<my-box>a</my-box><x=1>b<${"y".repeat(40)}>`)).toEqual([
      "<my-box> element-not-listed 1",
      "<…> element-not-listed 2",
    ]);
  });

  test("linked data is read, other scripts are dropped", () => {
    expect(
      removedFrom('<script type="application/ld+json">{}</script><script type="application/json">{}</script>x'),
    ).toEqual(["<script> element-dropped 1"]);
  });
});
