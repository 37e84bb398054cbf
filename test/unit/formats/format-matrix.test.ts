import { describe, expect, test } from "vitest";
import type { ReadItem } from "../../../shared/formats/parsed-item.ts";
import { listItems, readFixture, submitted } from "./read-fixture.ts";

const xml = "application/xml";
const json = "application/json";

/** What an item comes to, in short: `id | action | form | title | published | language | authors | tags | warnings`. */
function describeItem(read: ReadItem): string {
  if ("problem" in read)
    return `problem ${read.problem.kind} ${read.problem.errors.map((error) => error.pointer).join(" ")}`;
  const { item } = read;
  if (item.action !== "submit") return `${item.partnerArticleId} | ${item.action}`;
  const { metadata, document } = item;
  return [
    item.partnerArticleId ?? "-",
    document.form,
    metadata.title ?? "-",
    metadata.publishedAt ?? "-",
    metadata.language ?? "-",
    metadata.authors?.join(", ") ?? "-",
    metadata.tags?.join(", ") ?? "-",
    document.warnings.map(({ code }) => code).join(", ") || "-",
  ].join(" | ");
}

const matrix: [file: string, mediaType: string, items: string[]][] = [
  [
    "submission.json",
    json,
    ["harbour-2026-11-23 | html | Harbour opens | 2026-11-23T07:00:00.000Z | en-GB | Jane Doe | harbour | -"],
  ],
  [
    "array.json",
    json,
    [
      "a-1 | text | - | - | - | - | - | -",
      "problem invalid-submission /titel",
      "urn:wire:3 | html | Third | - | - | - | - | -",
      "problem invalid-submission ",
      "problem invalid-submission /publishedAt /publishedAt",
    ],
  ],
  [
    "articles.ndjson",
    "application/x-ndjson",
    [
      "n-1 | text | - | - | - | - | - | -",
      "n-2 | text | - | - | - | - | - | -",
      "problem malformed-json ",
      "urn:wire:4 | retract",
      "problem invalid-submission ",
      "n-6 | text | - | - | - | - | - | -",
    ],
  ],
  [
    "ninjs-1.4.json",
    json,
    [
      "http://wire.example/newsitems/20261123-lighthouse | html | Lighthouse relit after 40 years | 2026-11-23T06:00:00.000Z | en | Ana Silva, Ben Cole, Chidi Eze | Heritage, Shipping | -",
    ],
  ],
  [
    "ninjs-2.1.json",
    json,
    [
      "urn:newsml:wire.example:20261123:harbour-2 | html | Hafen nach Sturm wieder geöffnet | 2026-11-23T09:00:00.000Z | de | Klaus Meier, wire | Schifffahrt | -",
    ],
  ],
  [
    "ninjs-3.0.json",
    json,
    [
      "https://wire.example/items/3/quarry | text | Quarry to become a lake | 2026-11-22T11:00:00.000Z | en | Rosa Marin, Yusuf Demir | Environment, land-use | embargoed",
    ],
  ],
  ["ninjs-canceled.json", json, ["https://wire.example/items/3/quarry | retract"]],
  ["ninjs-withheld.json", json, ["problem invalid-submission /pubstatus"]],
  [
    "json-feed-1.1.json",
    json,
    [
      "https://valley.example/2026/orchard | html | Orchard harvest is late | 2026-11-21T17:00:00.000Z | en | Lee Park, Noor Haddad | farming, weather | -",
      "42 | text | - | 2026-11-20T10:00:00.000Z | en-US | Valley Notes staff | - | -",
      "problem invalid-submission /content_html",
    ],
  ],
  ["json-feed-1.json", "application/feed+json", ["1 | html | First | - | - | Sam Orr | - | -"]],
  [
    "rss-2.0.xml",
    "application/rss+xml",
    [
      "gazette:10241 | html | Ferry service returns after storm – with a new timetable | 2026-11-23T08:15:00.000Z | en-GB | Mina Okafor | Transport, Weather & tides | -",
      "https://gazette.example/2026/11/sea-wall | html | Council votes on sea wall | 2026-11-22T18:05:00.000Z | en-GB | News desk | - | -",
      "gazette:10239 | html | Tide tables | - | en-GB | - | - | date-unreadable",
    ],
  ],
  [
    "rss-1.0.xml",
    "application/rdf+xml",
    [
      "https://archiv.example/m/77 | html | Brücke wird im Frühjahr gesperrt | 2026-11-20T05:30:00.000Z | de | Jana Weiß | Verkehr | -",
    ],
  ],
  [
    "atom.xml",
    "application/atom+xml",
    [
      "tag:observer.example,2026:library | html | Library opens its doors & archive | 2026-11-22T06:00:00.000Z | en-GB | Ada Lind, Tom Ray | Culture, libraries | -",
      "tag:observer.example,2026:market | html | Market moves <north> | 2026-11-21T12:00:00.000Z | en | Northern Observer staff | - | -",
      "tag:observer.example,2026:note | text | Une note | 2026-11-20T12:00:00.000Z | fr | Northern Observer staff | - | -",
      "problem invalid-submission /content",
      "tag:observer.example,2026:brief | text | In brief | 2026-11-18T12:00:00.000Z | en | Northern Observer staff | - | summary-only",
    ],
  ],
  ["atom-entry.xml", xml, ["urn:x-desk:4711 | html | One entry by itself | 2026-11-23T06:00:00.000Z | - | - | - | -"]],
  ["page.html", "text/html", ["- | html | - | - | - | - | - | -"]],
  ["note.txt", "text/plain", ["- | text | - | - | - | - | - | -"]],
];

describe("every format", () => {
  test.each(matrix)("%s", (file, mediaType, expected) => {
    const items = listItems(readFixture(file), mediaType);
    expect(items.map(describeItem)).toEqual(expected);
    expect(items.map(({ index }) => index)).toEqual(expected.map((_, index) => index));
  });

  test.each(matrix)("%s gives the same a second time: IDs are stable", (file, mediaType) => {
    const bytes = readFixture(file);
    expect(listItems(bytes, mediaType).map(describeItem)).toEqual(listItems(bytes, mediaType).map(describeItem));
  });

  test.each(matrix)("%s has bytes that are its content", (file, mediaType) => {
    for (const read of listItems(readFixture(file), mediaType)) {
      if (!("item" in read) || read.item.action !== "submit") continue;
      const { bytes, content, charset } = read.item.document;
      expect(new TextDecoder(charset).decode(bytes)).toBe(content);
    }
  });

  test.each(matrix.filter(([, mediaType]) => mediaType.endsWith("xml")))(
    "%s is the same as any kind of XML",
    (file) => {
      const bytes = readFixture(file);
      const kinds = ["application/xml", "text/xml", "application/rss+xml", "application/atom+xml"];
      const [first, ...others] = kinds.map((kind) => listItems(bytes, kind).map(describeItem));
      for (const other of others) expect(other).toEqual(first);
    },
  );
});

describe("what the formats say beyond that", () => {
  test("RSS: content:encoded before the description, addresses against the channel's, pictures with the largest first", () => {
    const items = listItems(readFixture("rss-2.0.xml"), xml);
    expect(submitted(items).document.content).toContain("<strong>Monday</strong>");
    expect(submitted(items).metadata.url).toBe("https://gazette.example/2026/11/ferry-returns");
    expect(submitted(items).images).toEqual([
      {
        url: "https://gazette.example/i/ferry-large.jpg",
        mediaType: "image/jpeg",
        widthInPixels: 1600,
        heightInPixels: 900,
        caption: "The ferry at pier 4",
      },
    ]);
    expect(submitted(items, 1).document.content).toBe(
      "<p>The council votes on Tuesday. A&amp;B Works would build it.</p>",
    );
    expect(submitted(items, 1).images).toEqual([{ url: "https://gazette.example/i/wall.png", mediaType: "image/png" }]);
  });

  test("Atom: xhtml is written as HTML reads it, xml:base of the entry and the feed hold", () => {
    const items = listItems(readFixture("atom.xml"), xml);
    expect(submitted(items).document.content).toBe(
      '<p>The library opened <b>today</b>; 3 &lt; 4 visitors waited.</p><p></p><br/><img src="/i/door.jpg" alt="A door"/>',
    );
    expect(submitted(items).metadata.url).toBe("https://observer.example/news/2026/library");
    expect(submitted(items, 2).metadata.url).toBe("https://mirror.example/note.html");
    expect(submitted(items, 2).document.content).toBe("Simple text, with 5 > 4.");
  });

  test("ninjs: markup before text, the largest rendition of each picture", () => {
    const first = submitted(listItems(readFixture("ninjs-1.4.json"), json));
    expect(first.document.content).toBe("<p>The lamp was lit at <b>dusk</b>.</p><p></p><p>Crowds cheered.</p>");
    expect(first.images).toMatchObject([{ url: "http://wire.example/p/1.jpg", caption: "The lamp at dusk" }]);
    expect(first.metadata.updatedAt).toBe("2026-11-23T06:45:00.000Z");
    const third = submitted(listItems(readFixture("ninjs-3.0.json"), json));
    expect(third.embargoedUntil).toBe("2026-11-24T05:00:00.000Z");
    expect(third.images).toMatchObject([{ url: "https://wire.example/p/3.webp", widthInPixels: 640 }]);
  });

  test("places: lines in NDJSON, pointers in JSON, paths in XML", () => {
    expect(listItems(readFixture("articles.ndjson"), "application/x-ndjson").map(({ line }) => line)).toEqual([
      1, 3, 5, 6, 7, 8,
    ]);
    expect(listItems(readFixture("array.json"), json)[2]?.pointerBase).toBe("/2");
    expect(listItems(readFixture("json-feed-1.1.json"), json)[1]?.pointerBase).toBe("/items/1");
    expect(listItems(readFixture("rss-2.0.xml"), xml)[1]?.pointerBase).toBe("/rss/channel/item[2]");
    expect(listItems(readFixture("atom.xml"), xml)[0]?.pointerBase).toBe("/feed/entry[1]");
  });
});
