import { describe, expect, test } from "vitest";
import { findProblem, listItems, makeAtom, makeRss, readFixture, submitted } from "./read-fixture.ts";

const xml = "application/xml";
const json = "application/json";
const item = "<item><guid>g</guid><title>T</title><description>Text.</description></item>";

/** As UTF-16 with a byte order mark. */
function toUtf16(text: string, order: "le" | "be"): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

describe("a DOCTYPE that could define entities is refused before it is parsed", () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");
  const bombs: [string, string][] = [
    ["billion laughs", `<!DOCTYPE rss [<!ENTITY l0 "ha">${laughs}]>`],
    ["quadratic blow-up", `<!DOCTYPE rss [<!ENTITY a "${"a".repeat(50_000)}">]>`],
    ["an external entity", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ["a parameter entity", '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://evil.example/p.dtd"> %p;]>'],
    ["an external subset", '<!DOCTYPE rss SYSTEM "http://evil.example/x.dtd">'],
    ["a public one", '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.example/rss.dtd">'],
    ["in small letters", '<!doctype rss [<!entity a "b">]>'],
    ["with white space", '<!DOCTYPE\n\trss\n[\n<!ENTITY a "b">\n]\n>'],
    ["behind a comment that names none", '<!-- fine --><!DOCTYPE rss [<!ENTITY a "b">]>'],
    ["twice, the first harmless", '<!DOCTYPE rss><!DOCTYPE rss [<!ENTITY a "b">]>'],
    ["without an end", '<!DOCTYPE rss [<!ENTITY a "b"'],
    ["a lone entity", '<!ENTITY a "b">'],
  ];
  const withBomb = (bomb: string) =>
    `<?xml version="1.0"?>${bomb}<rss version="2.0"><channel>${item.replace("Text.", "&l9;&a;&x;")}</channel></rss>`;

  test.each(bombs)("%s", (_, bomb) => {
    expect(findProblem(withBomb(bomb), xml)).toMatchObject({ kind: "malformed-xml" });
  });

  test.each(bombs)("%s, in UTF-16", (_, bomb) => {
    for (const order of ["le", "be"] as const) {
      expect(findProblem(toUtf16(withBomb(bomb), order), xml).message).toMatch(/DOCTYPE|declaration/);
    }
    const unmarked = toUtf16(withBomb(bomb), "le").subarray(2);
    expect(findProblem(unmarked, xml).message).toMatch(/DOCTYPE|declaration/);
  });

  test.each([
    ["in the middle", makeRss(`<!DOCTYPE rss [<!ENTITY a "b">]>${item}`)],
    ["behind a comment in an attribute", makeRss(`<x a="<!--"/><!DOCTYPE rss [<!ENTITY a "b">]><x a="-->"/>${item}`)],
    ["in an attribute", makeRss(`<x a='<!DOCTYPE rss [<!ENTITY a "b">]>'/>${item}`)],
  ])("%s", (_, document) => {
    expect(findProblem(document, xml).kind).toBe("malformed-xml");
  });

  test("what a comment hides from us, the parser does not expand either", () => {
    const hidden = '<description><!-- </description><!DOCTYPE rss [<!ENTITY a "bomb">]> --></description>';
    const items = listItems(makeRss(`${hidden}${item.replace("Text.", "&a;")}`), xml);
    expect(submitted(items).document.content).toBe("&a;");
  });

  test("one that only names the root is taken, and so is one of a page within CDATA", () => {
    expect(listItems(makeRss(item).replace("<rss", "<!DOCTYPE rss><rss"), xml)).toHaveLength(1);
    const page = makeRss(item.replace("Text.", "<![CDATA[<!DOCTYPE html><p>Text.</p>]]>"));
    expect(submitted(listItems(page, xml)).document.content).toBe("<!DOCTYPE html><p>Text.</p>");
  });
});

describe("what is no feed", () => {
  test.each([
    ["a page", "<html><body><p>x</p></body></html>"],
    ["another news format", '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/"><itemMeta/></newsItem>'],
    ["a name that objects have", "<constructor/>"],
  ])("%s is XML", (_, document) => {
    expect(findProblem(document, xml).kind).toBe("invalid-submission");
  });

  test.each([
    ["nothing", ""],
    ["text", "Not XML at all."],
    ["JSON", '{"version":"https://jsonfeed.org/version/1.1"}'],
    ["a feed that ends before its first item", '<rss version="2.0"><channel><title>T</title>'],
    ["a feed without items whose tags cross", '<rss version="2.0"><channel><a><b></a></b></channel></rss>'],
    ["bytes of no encoding", "\0\u0001\u0002"],
  ])("%s cannot be read", (_, document) => {
    expect(findProblem(document, xml).kind).toBe("malformed-xml");
  });

  test.each([
    ["an unknown media type", "application/pdf", undefined, "unsupported-media-type"],
    ["an unknown charset", "application/xml", "klingon", "unsupported-media-type"],
  ])("%s", (_, mediaType, charset, kind) => {
    expect(findProblem(makeRss(item), mediaType, charset).kind).toBe(kind);
  });

  test("an encoding that nobody knows", () => {
    expect(findProblem('<?xml version="1.0" encoding="utf-7"?><rss/>', xml).message).toContain("utf-7");
  });
});

describe("one bad item harms no other", () => {
  const good = (id: string) => `<item><guid>${id}</guid><description>Good.</description></item>`;
  test.each([
    ["tags that cross", "<item><title>x</titel><description>y</description></item>", "malformed-xml"],
    ["no end tag", "<item><title>x</title>", "malformed-xml"],
    ["nothing in it", "<item/>", "invalid-submission"],
    ["nothing that is known", "<item><foo>bar</foo></item>", "malformed-xml"],
    ["no content", "<item><title>x</title></item>", "invalid-submission"],
    ["100,000 levels", `<item>${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}</item>`, "malformed-xml"],
    [
      "names that pollute",
      "<item><__proto__><polluted>1</polluted></__proto__><description>x</description></item>",
      "malformed-xml",
    ],
  ])("%s", (_, bad, kind) => {
    const items = listItems(makeRss(`${good("a")}${bad}${good("b")}`), xml);
    expect(items).toHaveLength(3);
    expect(items[1]).toMatchObject({
      index: 1,
      pointerBase: "/rss/channel/item[2]",
      problem: { kind },
    });
    expect([submitted(items, 0).partnerArticleId, submitted(items, 2).partnerArticleId]).toEqual(["a", "b"]);
    // What is said about the feed reaches the others all the same.
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test.each<[string, string, string, string | undefined]>([
    ["RSS", xml, makeRss("<item><guid>g-1</guid><title>x</title></item>"), "g-1"],
    ["RSS, beside a broken item", xml, makeRss("<item><guid>g-1</guid></item><item><title></item>"), "g-1"],
    ["RSS that cannot be parsed", xml, makeRss("<item><guid>g-1</guid><title></item>"), undefined],
    ["Atom", xml, makeAtom("<entry><id>urn:1</id><title>x</title></entry>"), "urn:1"],
    ["JSON Feed", json, '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":7}]}', "7"],
    ["our own JSON", json, '{"partnerArticleId":"a","titel":"x"}', "a"],
    ["ninjs in a list", json, '[{"uri":"urn:1","pubstatus":"withheld"}]', "urn:1"],
    ["a line", "application/x-ndjson", '{"partnerArticleId":"a","html":1}', "a"],
    ["a line that is no JSON", "application/x-ndjson", '{"partnerArticleId":"a"', undefined],
    ["an ID too long", json, JSON.stringify({ uri: "u".repeat(600), bodies: [] }), expect.stringMatching(/^sha256:/)],
    ["no ID", json, '{"text":""}', undefined],
  ])("and it is known by its ID, where that can be read: %s", (_, mediaType, document, id) => {
    const [read] = listItems(document, mediaType);
    expect(read).toHaveProperty("problem");
    expect(read && "problem" in read ? read.partnerArticleId : "").toEqual(id);
  });

  test("a feed keeps its own data when one of its items is broken", () => {
    const feed = makeRss(`<language>de</language>${good("a")}<item><title></item>`);
    expect(submitted(listItems(feed, xml)).metadata.language).toBe("de");
  });

  test("names that pollute JSON stay fields that nobody knows", () => {
    const items = listItems(
      '[{"__proto__":{"polluted":1},"text":"x"},{"constructor":{"prototype":{"polluted":1}},"text":"x"}]',
      "application/json",
    );
    for (const read of items) expect(read).toHaveProperty("problem");
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("cut off anywhere, a document throws a problem or gives its first items", () => {
  test.each([
    ["rss-2.0.xml", xml],
    ["rss-1.0.xml", xml],
    ["atom.xml", xml],
    ["atom-entry.xml", xml],
    ["json-feed-1.1.json", "application/json"],
    ["ninjs-1.4.json", "application/json"],
    ["array.json", "application/json"],
    ["articles.ndjson", "application/x-ndjson"],
  ])("%s", (file, mediaType) => {
    const bytes = readFixture(file);
    const whole = listItems(bytes, mediaType);
    // The last "\n" of a file says nothing.
    for (let length = 0; length < bytes.toString().trimEnd().length; length += 37) {
      let items: ReturnType<typeof listItems>;
      try {
        items = listItems(bytes.subarray(0, length), mediaType);
      } catch (error) {
        expect(error).toHaveProperty("kind");
        continue;
      }
      const complete = items.filter((read) => "item" in read);
      expect(complete.length).toBeLessThanOrEqual(whole.length);
      if (mediaType === xml) expect(items.at(-1)).toHaveProperty("problem");
      const ids = whole.flatMap((read) => ("item" in read ? [read.item.partnerArticleId] : []));
      expect(complete.map((read) => ("item" in read ? read.item.partnerArticleId : ""))).toEqual(
        ids.slice(0, complete.length),
      );
    }
  });
});

describe("sizes that a lax parser could choke on", () => {
  const many = 100_000;
  test.each<[string, string]>([
    ["nesting within a title", makeRss(`<item><title>${"<title>".repeat(many)}`)],
    ["attributes", makeRss(`<item ${"a='1' ".repeat(many)}><description>x</description></item>`)],
    ["one attribute", makeRss(`<item a="${"x".repeat(20 * many)}"><description>x</description></item>`)],
    ["CDATA sections", makeRss(`<item><description>${"<![CDATA[a]]>".repeat(many)}</description></item>`)],
    ["CDATA sections without an end", makeRss(`<item>${"<![CDATA[".repeat(many)}`)],
    ["comments without an end", makeRss(`<item>${"<!--".repeat(many)}`)],
    ["instructions without an end", makeRss(`<item>${"<?a ".repeat(many)}`)],
    ["tags without an end", makeRss(`<item><description>${"<a".repeat(many)}`)],
    ["quotes without an end", makeRss(`<item><description>${'<a "'.repeat(many)}`)],
    ["entity references", makeRss(`<item><description>${"&amp;".repeat(many)}</description></item>`)],
    ["bare ampersands", makeRss(`<item><description>${"&".repeat(many)}</description></item>`)],
    ["empty items", makeRss("<item/>".repeat(many))],
    ["items without an end", makeRss("<item>".repeat(many))],
    [
      "namespaces of the root",
      makeRss(`${item}<item/>`.repeat(20)).replace(
        "<rss",
        `<rss ${Array.from({ length: 20_000 }, (_, n) => `xmlns:n${n}="u:${n}"`).join(" ")}`,
      ),
    ],
    [
      "empty elements of XHTML",
      makeAtom(`<entry><id>1</id><content type="xhtml"><div>${"<p/>".repeat(many)}</div></content></entry>`),
    ],
    [
      "markup in a title",
      makeAtom(`<entry><id>1</id><title type="html">${"&lt;b&gt;".repeat(many)}</title><content>x</content></entry>`),
    ],
  ])("%s", (_, document) => {
    try {
      for (const read of listItems(document, xml)) expect(read.index).toBeGreaterThanOrEqual(0);
    } catch (error) {
      expect(error).toHaveProperty("kind", "malformed-xml");
    }
  });

  test("nesting in JSON", () => {
    const nested = `${"[".repeat(many)}${"]".repeat(many)}`;
    expect(listItems(nested, "application/json")).toHaveLength(1);
    expect(listItems(`{"uri":"u","bodies":${nested}}`, "application/json")).toMatchObject([{ problem: {} }]);
  });
});
