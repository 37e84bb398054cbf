import { describe, expect, test } from "vitest";
import { checkHtml } from "../../../shared/article/check-html.ts";

const rel = 'rel="nofollow noopener"';
const nested = (depth: number, inner: string): string => `${"<div>".repeat(depth)}${inner}${"</div>".repeat(depth)}`;

describe("checkHtml", () => {
  test.for([
    "",
    "text &amp; &lt;more&gt;&nbsp;",
    '<p lang="de">a <b>b</b><br></p>\n<hr>',
    '<table><tbody><tr><td colspan="2"><a href="mailto:a@b.example" rel="nofollow noopener">x</a></td></tr></tbody></table>',
    '<img src="https://a.example/i.png" srcset="/a 1x, https://b.example/b 2x" alt="">',
  ])("passes %j", (html) => {
    expect(checkHtml(html)).toBeUndefined();
  });

  test.for([
    ["an element", "<script></script>"],
    ["an unknown element", "<x></x>"],
    ["an element in capitals", "<P></P>"],
    ["an attribute", '<p onclick="x">a</p>'],
    ["an attribute of another element", '<p href="https://a.example/">a</p>'],
    ["an attribute twice", '<p lang="de" lang="en">a</p>'],
    ["an unquoted attribute", "<p lang=de>a</p>"],
    ["an attribute in single quotes", "<p lang='de'>a</p>"],
    ["space in a tag", "<p >a</p>"],
    ["a slash in a tag", "<br/>"],
    ["an unescaped greater-than sign", "a > b"],
    ["an unescaped less-than sign", "a < b"],
    ["an unescaped ampersand", "a & b"],
    ["another reference", "&copy;"],
    ["a less-than sign in a value", '<abbr title="<">a</abbr>'],
    ["a control character", "a\u0000b"],
    ["a no-break space", "a\u00a0b"],
    ["a comment", "<!-- a -->"],
    ["an end tag of nothing", "a</p>"],
    ["crossed tags", "<b><i>a</b></i>"],
    ["an element that stays open", "<p>a"],
    ["a block in a paragraph", "<p><div>a</div></p>"],
    ["a block in emphasis", "<b><p>a</p></b>"],
    ["a heading in a heading", "<h1><h2>a</h2></h1>"],
    ["text in a table", "<table>a</table>"],
    ["a row without a section", "<table><tr><td>a</td></tr></table>"],
    ["a cell without a table", "<td>a</td>"],
    ["a link in a link", '<a href="/" rel="nofollow noopener"><a href="/" rel="nofollow noopener">x</a></a>'],
    ["a link without rel", '<a href="/">x</a>'],
    ["a link with another rel", '<a href="/" rel="noopener">x</a>'],
    ["a link that runs", '<a href="javascript:x" rel="nofollow noopener">x</a>'],
    ["a link that runs, disguised", '<a href=" &#x6a;avascript:x" rel="nofollow noopener">x</a>'],
    ["a link to another site without a scheme", '<a href="//a.example" rel="nofollow noopener">x</a>'],
    ["a picture in the address", '<img src="data:image/png,x">'],
    ["a source set that runs", '<img src="/a" srcset="/a 1x, javascript:x 2x">'],
    ["a picture without an address", '<img alt="x">'],
    ["a newline that pre swallows", "<pre>\na</pre>"],
    ["depth", `${"<div>".repeat(101)}a${"</div>".repeat(101)}`],
  ] as const)("refuses %s", ([, html]) => {
    expect(checkHtml(html)).toBeDefined();
  });

  test.for([
    nested(100, "a"),
    nested(99, "<br>"),
    "<p>\na</p>",
    "<pre>a\n\nb</pre>",
    "<pre><b>\na</b></pre>",
    "<pre><b></b>\na</pre>",
    "<pre><br>\na</pre>",
    '<abbr title="a: b">x</abbr>',
    "a\tb\nc\u00a1",
    '<abbr title="a &gt; &quot;b&quot;">x</abbr>',
    `<a href="tel:1" ${rel}>a</a><a href="HTTP://b" ${rel}>b</a>`,
    `<a href="a/b:c" ${rel}>x</a><a href="?a:b" ${rel}>x</a><a href="#a:b" ${rel}>x</a>`,
    '<img src="/a" srcset="/a" alt="" title="" width="1" height="1" lang="de" dir="ltr"><wbr>',
    "<table><caption>a</caption><thead><tr><th>b</th></tr></thead><tfoot><tr><td><p>c</p></td></tr></tfoot></table>",
    "<ul><li><blockquote><pre>a</pre></blockquote></li></ul><dl><dt>b</dt><dd><h2>c</h2></dd></dl>",
  ])("passes also %j", (html) => {
    expect(checkHtml(html)).toBeUndefined();
  });

  test.for([
    ["ab&copy;", 'unescaped "&"', 2],
    ["a & b &amp;", 'unescaped "&"', 2],
    ["a&amp;b&amp", 'unescaped "&"', 7],
    ["<p>a\rb</p>", 'unescaped "\\r"', 4],
    ["a\ufeff", 'unescaped "\ufeff"', 1],
    ["<p>a</p>x > y", 'unescaped ">"', 8],
    ["<p>a&quot;</p>", "a reference that is not needed", 3],
    ["<p>a", "<p> stays open", 4],
    ["<b><i>a</b></i>", "an end tag that closes nothing", 7],
    ["a</p>", "an end tag that closes nothing", 1],
    ["<br></br>", "an end tag that closes nothing", 4],
    ["a<p", "tag does not end", 1],
    ["<p lang>", "not an attribute", 0],
    ['<p lang">', "not an attribute", 0],
    ["< p>", "<> is not allowed", 0],
    ['<p lang="de>a', "not an attribute", 0],
    ['<p lang="de"dir="ltr">a</p>', "not an attribute", 0],
    ['<abbr title="a > b">x</abbr>', "not an attribute", 0],
    ['<p lang="de"  dir="ltr">a</p>', " dir is not allowed on <p>", 0],
    ['a<p onclick="x">', "onclick is not allowed on <p>", 1],
    ['<p lang="de" lang="de">', "lang stands twice", 0],
    ['<abbr title="<">', "title is not escaped", 0],
    ["a<x></x>", "<x> is not allowed", 1],
    ["<!doctype html>", "<!doctype> is not allowed", 0],
    ["<table><caption>a</caption>b</table>", "text between the parts of a table", 27],
    ["<table><tbody>b</tbody></table>", "text between the parts of a table", 14],
    ["<table><p>a</p></table>", "<p> between the parts of a table", 7],
    ["<tr></tr>", "<tr> outside of its table", 0],
    ["<caption>a</caption>", "<caption> outside of its table", 0],
    ["<table><td>a</td></table>", "<td> outside of its table", 7],
    ["<table><tbody><th>a</th></tbody></table>", "<th> outside of its table", 14],
    ["<p><hr></p>", "<hr> in <p>", 3],
    ["<pre><div>a</div></pre>", "<div> in <pre>", 5],
    ["<h6><p>a</p></h6>", "<p> in <h6>", 4],
    [`<a href="/" ${rel}><b><a href="/" ${rel}>x</a></b></a>`, "a link in a link", 39],
    [`<a ${rel}>x</a>`, "<a> without href", 0],
    ['<a href="/">x</a>', "<a> without rel", 0],
    ['<a href="/" rel="noopener">x</a>', "rel is not ours", 0],
    ["<img>", "<img> without src", 0],
    ["<p>a</p><pre>\na</pre>", "a newline that pre swallows", 13],
    [nested(101, "a"), "too deep", 500],
    [nested(100, "<br>"), "too deep", 500],
    ['<q cite="mailto:a">x</q>', "cite has another scheme", 0],
    ['<img src="mailto:a">', "src has another scheme", 0],
    ['<img src="/a" srcset="/a 1x, //c 3x">', "srcset has another scheme", 0],
    [`<a href="ftp://a/" ${rel}>x</a>`, "href has another scheme", 0],
    [`<a href="xmailto:a" ${rel}>x</a>`, "href has another scheme", 0],
    [`<a href="\\\\b" ${rel}>x</a>`, "href has another scheme", 0],
    [`<a href="https:///b" ${rel}>x</a>`, "href has another scheme", 0],
    [`<a href="https:b" ${rel}>x</a>`, "href has another scheme", 0],
    [`<a href="xhttps://b" ${rel}>x</a>`, "href has another scheme", 0],
  ] as const)("says what is wrong with %j, and where", ([html, fault, at]) => {
    expect(checkHtml(html)).toEqual({ fault, at });
  });
});
