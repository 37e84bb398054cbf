import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalizeUrl } from "../../../shared/article/canonical-url.ts";
import { runs } from "../../support/property-runs.ts";

describe("one page has one form", () => {
  test.each([
    ["https://news.example/a", "https://news.example/a"],
    ["http://news.example/a", "https://news.example/a"],
    ["HTTPS://NEWS.Example/a", "https://news.example/a"],
    ["https://www.news.example/a", "https://news.example/a"],
    ["https://www.www.news.example/a", "https://news.example/a"],
    ["https://news.example./a", "https://news.example/a"],
    ["https://news.example../a", "https://news.example/a"],
    ["https://news.example:443/a", "https://news.example/a"],
    ["http://news.example:80/a", "https://news.example/a"],
    ["http://news.example:443/a", "https://news.example/a"],
    ["https://user:secret@news.example/a", "https://news.example/a"],
    ["https://news.example/a/", "https://news.example/a"],
    ["https://news.example/a//", "https://news.example/a"],
    ["https://news.example", "https://news.example/"],
    ["https://news.example//", "https://news.example/"],
    ["https://news.example/b/../a/./", "https://news.example/a"],
    ["https://news.example/a#comments", "https://news.example/a"],
    ["https://news.example/a#", "https://news.example/a"],
    ["https://news.example/a?", "https://news.example/a"],
    ["https://news.example/a?&", "https://news.example/a"],
    ["https://news.example/a?utm_source=x&fbclid=y&GCLID=z", "https://news.example/a"],
    ["https://news.example/a?%75tm_source=x", "https://news.example/a"],
    ["https://news.example/a?b=2&a=1&utm_medium=x", "https://news.example/a?a=1&b=2"],
    ["https://news.example/a?q=a+b", "https://news.example/a?q=a%20b"],
    ["https://news.example/a?q", "https://news.example/a?q="],
    ["https://news.example/%7euser/%41", "https://news.example/~user/A"],
    ["https://news.example/%c3%a4", "https://news.example/%C3%A4"],
    ["https://news.example/ä", "https://news.example/%C3%A4"],
    ["https://bücher.example/a", "https://xn--bcher-kva.example/a"],
    ["  https://news.example/a\n", "https://news.example/a"],
    ["https://m.news.example/a", "https://news.example/a"],
    ["https://www.mobile.news.example/a", "https://news.example/a"],
    ["https://amp.news.example/a", "https://news.example/a"],
    ["https://news.example/a/amp", "https://news.example/a"],
    ["https://news.example/a/amp/", "https://news.example/a"],
    ["https://news.example/amp/a/b", "https://news.example/a/b"],
    ["https://news.example/a.amp.html", "https://news.example/a.html"],
    ["https://news.example/a.amp", "https://news.example/a"],
    ["https://news.example/a?amp", "https://news.example/a"],
    ["https://news.example/a?amp=1&id=2", "https://news.example/a?id=2"],
    ["https://news.example/a?outputType=amp", "https://news.example/a"],
    ["https://news.example/a/index.html", "https://news.example/a"],
    ["https://news.example/index.php?id=7", "https://news.example/?id=7"],
    ["https://news.example/Default.aspx", "https://news.example/"],
    ["https://news-example.cdn.ampproject.org/c/s/www.news.example/a/amp?x=1", "https://news.example/a?x=1"],
    ["https://news-example.cdn.ampproject.org/v/news.example/a?amp_js_v=0.1&x=1", "https://news.example/a?x=1"],
    ["https://www.google.com/amp/s/www.news.example/a", "https://news.example/a"],
    ["https://www.google.co.uk/amp/www.news.example/a", "https://news.example/a"],
    ["https://www.google.com/amp/s/n.cdn.ampproject.org/c/s/news.example/a", "https://news.example/a"],
    ["https://news-example.cdn.ampproject.org/%63/s/news.example/a", "https://news.example/a"],
    ["https://n.cdn.ampproject.org./c/s/n.cdn.ampproject.org./c/s/news.example/a", "https://news.example/a"],
    ["https://n.cdn.ampproject.org/c/1.2.3.256/a", "https://n.cdn.ampproject.org/c/1.2.3.256/a"],
    ["https://news-example.bing-amp.com/c/s/news.example/a", "https://news.example/a"],
    ["https://news.example/a.amp.htm", "https://news.example/a.htm"],
    ["https://news.example/a?OUTPUT=amp&x=1", "https://news.example/a?x=1"],
    ["https://news.example/a/index.htm", "https://news.example/a"],
    ["https://news.example/a/default.asp", "https://news.example/a"],
    ["https://news.example/a%2%65b%", "https://news.example/a%252eb%25"],
    ["https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a"],
  ])("%s", (address, expected) => {
    expect(canonicalizeUrl(address)).toBe(expected);
  });
});

describe("other pages stay apart", () => {
  test.each([
    ["https://news.example/a", "https://news.example/A"],
    ["https://news.example/a", "https://news.example/a.html"],
    ["https://news.example/a", "https://other.example/a"],
    ["https://news.example/a", "https://news.example:8443/a"],
    ["https://news.example/a?id=1", "https://news.example/a?id=2"],
    ["https://news.example/a?id=1", "https://news.example/a"],
    ["https://news.example/a?id=1&id=2", "https://news.example/a?id=1"],
    ["https://news.example/a?a=b%26c=d", "https://news.example/a?a=b&c=d"],
    ["https://news.example/a%2Fb", "https://news.example/a/b"],
    ["https://news.example/#!/a", "https://news.example/#!/b"],
    ["https://www.example/", "https://example/"],
    ["https://m.example/a", "https://example/a"],
    ["https://www.co.uk/a", "https://co.uk/a"],
    ["https://m.blogspot.com/a", "https://blogspot.com/a"],
    ["https://news.example/amp", "https://news.example/"],
    ["https://news.example/camp", "https://news.example/c"],
    ["https://news.example/a?amp=2", "https://news.example/a"],
    ["https://news.example/a/index", "https://news.example/a"],
    ["https://www.google.com/amp/", "https://www.google.com/"],
    ["https://team.news.example/a", "https://news.example/a"],
    ["https://news.example/a?output=html", "https://news.example/a"],
    ["https://news.example/a?outputs=amp", "https://news.example/a"],
    ["https://news.example/a?xoutput=amp", "https://news.example/a"],
    ["https://news.example/a?x=amp", "https://news.example/a"],
    ["https://news.example/a/index.html5", "https://news.example/a5"],
    ["https://news.example/a/ampere", "https://news.example/aere"],
    ["https://news.example/a/amp/b", "https://news.example/a/b"],
    ["https://news.example/a.amp.html5", "https://news.example/a.html5"],
  ])("%s and %s", (one, other) => {
    expect(canonicalizeUrl(one)).toBeDefined();
    expect(canonicalizeUrl(one)).not.toBe(canonicalizeUrl(other));
  });
});

test.each([
  "",
  "/a",
  "news.example/a",
  "//news.example/a",
  "ftp://news.example/a",
  "xhttps://news.example/a",
  "https-x://news.example/a",
  "javascript:alert(1)",
  "data:text/html,x",
  "mailto:a@news.example",
  "https://",
  "https://./",
  "https://../a",
  "https://news example/",
  "https://1.2.3.256/",
])("%j has none", (address) => {
  expect(canonicalizeUrl(address)).toBeUndefined();
});

test("what lies behind more than a hundred layers is not looked for", () => {
  const layer = "n.cdn.ampproject.org./c/s/";
  const wrapped = (layers: number): string | undefined =>
    canonicalizeUrl(`https://${layer.repeat(layers)}news.example/a`);
  expect(wrapped(100)).toBe("https://news.example/a");
  expect(wrapped(101)).toBe("https://n.cdn.ampproject.org/c/s/news.example/a");
});

describe("laws", () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/);
  const host = fc.tuple(label, label).map((labels) => labels.join("."));
  // What makes trouble in a path: dots, escapes of all kinds, halves of escapes, slashes.
  const piece = fc.constantFrom(
    "a",
    "B",
    ".",
    "..",
    "%",
    "%2",
    "%2e",
    "%2E",
    "%65",
    "%25",
    "%2f",
    "%7e",
    "/",
    "//",
    ";",
    "+",
    "ä",
    " ",
    "~",
    "'",
    "|",
  );
  const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);
  const word = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 4 }),
    fc.constantFrom("a", "b=", "&", "%", "+", "#", "id"),
  );
  const parameter = fc.tuple(
    word.map((text) => `x${text}`),
    word,
  );
  const parameters = fc.array(parameter, { maxLength: 4 });
  const encode = (pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  const wellFormed = ([name, value]: [string, string]) => name.isWellFormed() && value.isWellFormed();
  const query = parameters.map((pairs) => pairs.filter(wellFormed));

  test("the canonical URL of a canonical URL is itself", () => {
    const rawQuery = fc.array(fc.constantFrom("a=1", "&", "=", "%", "%zz", "+", "a", "'", '"', "utm_x=1", "ä", "%C3"), {
      maxLength: 6,
    });
    const fragment = fc.constantFrom("", "#", "#a", "#!", "#!/a b", "#!%");
    const dots = fc.constantFrom("", ".", "..");
    const www = fc.constantFrom("", "www.", "www.www.", "www..");
    fc.assert(
      fc.property(www, host, dots, path, rawQuery, fragment, (prefix, name, dot, rest, pieces, hash) => {
        const once = canonicalizeUrl(`http://${prefix}${name}${dot}${rest}?${pieces.join("")}${hash}`);
        if (once !== undefined) expect(canonicalizeUrl(once)).toBe(once);
      }),
      { numRuns: runs(2000) },
    );
  });

  test("the same for any URL at all", () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string()), (address) => {
        const once = canonicalizeUrl(address);
        if (once !== undefined) expect(canonicalizeUrl(once)).toBe(once);
      }),
    );
  });

  test("scheme, www, default port, fragment, slash, tracking and order of parameters do not matter", () => {
    const tracking = fc.array(fc.constantFrom("utm_source=a", "fbclid=b", "gclid=", "at_medium=d", "wt_zmc"), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(
        host,
        fc.array(label, { maxLength: 3 }),
        query,
        tracking,
        fc.constantFrom("http://", "https://", "http://www.", "HTTPS://WWW.", "https://u:p@www."),
        fc.constantFrom("", ":443", ":80"),
        fc.constantFrom("", "/"),
        fc.constantFrom("", "#top"),
        fc.infiniteStream(fc.nat({ max: 99 })),
        (name, segments, pairs, extra, start, port, slash, fragment, random) => {
          const directory = segments.map((segment) => `/${segment}`).join("");
          const plain = canonicalizeUrl(`https://${name}${directory}?${encode(pairs)}`);
          const shuffled = [...pairs.map((pair) => encode([pair])), ...extra]
            .map((text) => ({ text, rank: random.next().value }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ text }) => text);
          const dressed = canonicalizeUrl(
            `${start}${name}${port}${directory}${slash}?${shuffled.join("&")}${fragment}`,
          );
          expect(plain).toBeDefined();
          expect(dressed).toBe(plain);
        },
      ),
    );
  });

  test("two queries are one only if they hold the same", () => {
    const sorted = (pairs: readonly (readonly [string, string])[]) =>
      JSON.stringify(pairs.map((pair) => JSON.stringify(pair)).sort());
    fc.assert(
      fc.property(query, query, (one, other) => {
        const [a, b] = [one, other].map((pairs) => canonicalizeUrl(`https://news.example/?${encode(pairs)}`));
        expect(a === b).toBe(sorted(one) === sorted(other));
      }),
    );
  });
});

test("the canonical URL of a canonical URL is itself, whatever renderings are stacked on each other", () => {
  const host = fc.array(
    fc.constantFrom("www.", "m.", "amp.", "mobile.", "cdn.ampproject.org/c/s/", "google.com/amp/s/"),
    { maxLength: 5 },
  );
  const path = fc.array(
    fc.constantFrom("/amp", "/", ".amp", ".html", "/index.php", "/a", "%2e", "%61mp", "/default.aspx"),
    { maxLength: 8 },
  );
  const rest = fc.constantFrom("", "?amp", "?amp=1&output=amp", "#!/amp", "?b=2&a=1#x");
  fc.assert(
    fc.property(host, path, rest, (prefixes, segments, end) => {
      const canonical = canonicalizeUrl(`https://${prefixes.join("")}news.example${segments.join("")}${end}`);
      if (canonical !== undefined) expect(canonicalizeUrl(canonical)).toBe(canonical);
    }),
    { numRuns: runs(5000) },
  );
});
