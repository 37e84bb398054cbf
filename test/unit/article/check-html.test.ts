import { describe, expect, test } from "vitest";
import { checkHtml } from "../../../shared/article/check-html.ts";

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
});
