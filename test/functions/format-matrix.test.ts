import { describe, expect, test } from "vitest";
import { postBatch } from "../../shared/api/operations/post-batch.ts";
import { postSubmission } from "../../shared/api/operations/post-submission.ts";
import { itemMediaTypes } from "../../shared/formats/item-media-types.ts";
import { openMemoryDesk } from "../support/memory-desk.ts";
import type { Reply } from "../support/run-chain.ts";
import { readFixture } from "../unit/formats/read-fixture.ts";

interface Body {
  readonly outcome?: string;
  readonly partnerArticleId?: string;
  readonly type?: string;
  readonly errors?: readonly { readonly pointer: string }[];
  readonly warnings?: readonly { readonly code: string }[];
}

/** `status outcome-or-problem id-or-pointer`. */
function describeBody(status: number, body: Body | undefined): string {
  const what = body?.outcome ?? body?.type?.split(":").at(-1) ?? "-";
  return [status, what, body?.partnerArticleId ?? body?.errors?.[0]?.pointer ?? "-"].join(" ");
}
const describeReply = (reply: Reply) =>
  describeBody(reply.status, reply.text === "" ? undefined : (reply.json() as Body));

type Item = { readonly status: number; readonly result?: Body; readonly problem?: Body; readonly line?: number };
const listAnswers = (reply: Reply) => (reply.json() as { items: readonly Item[] }).items;
const describeItem = ({ status, result, problem }: Item) => describeBody(status, result ?? problem);

const json = "application/json";
const xml = "application/xml";
const tooMany = "422 invalid-submission ";

/** What a document comes to on PUT (under the ID `path`), on POST, and in a batch. */
const matrix: [file: string, type: string, put: string, post: string, batch: string[]][] = [
  [
    "submission.json",
    json,
    "422 invalid-submission /partnerArticleId",
    "201 created harbour-2026-11-23",
    ["201 created harbour-2026-11-23"],
  ],
  [
    "array.json",
    json,
    tooMany,
    tooMany,
    [
      "201 created a-1",
      "422 invalid-submission /titel",
      "201 created urn:wire:3",
      "422 invalid-submission ",
      "422 invalid-submission /publishedAt",
    ],
  ],
  [
    "articles.ndjson",
    "application/x-ndjson",
    tooMany,
    tooMany,
    [
      "201 created n-1",
      "201 created n-2",
      "400 malformed-json -",
      "404 not-found -",
      "422 invalid-submission ",
      "201 created n-6",
    ],
  ],
  [
    "ninjs-1.4.json",
    json,
    "201 created path",
    ...twice("201 created http://wire.example/newsitems/20261123-lighthouse"),
  ],
  ["ninjs-2.1.json", json, "201 created path", ...twice("201 created urn:newsml:wire.example:20261123:harbour-2")],
  ["ninjs-3.0.json", json, "201 created path", ...twice("201 created https://wire.example/items/3/quarry")],
  ["ninjs-canceled.json", json, "404 not-found -", ...twice("404 not-found -")],
  ["ninjs-withheld.json", json, "422 invalid-submission /pubstatus", ...twice("422 invalid-submission /pubstatus")],
  ["json-feed-1.json", "application/feed+json", "201 created path", ...twice("201 created 1")],
  [
    "json-feed-1.1.json",
    json,
    tooMany,
    tooMany,
    ["201 created https://valley.example/2026/orchard", "201 created 42", "422 invalid-submission /content_html"],
  ],
  [
    "rss-2.0.xml",
    "application/rss+xml",
    tooMany,
    tooMany,
    ["201 created gazette:10241", "201 created https://gazette.example/2026/11/sea-wall", "201 created gazette:10239"],
  ],
  ["rss-1.0.xml", "application/rdf+xml", "201 created path", ...twice("201 created https://archiv.example/m/77")],
  [
    "atom.xml",
    "application/atom+xml",
    tooMany,
    tooMany,
    [
      "201 created tag:observer.example,2026:library",
      "201 created tag:observer.example,2026:market",
      "201 created tag:observer.example,2026:note",
      "422 invalid-submission /content",
      "201 created tag:observer.example,2026:brief",
    ],
  ],
  ["atom-entry.xml", xml, "201 created path", ...twice("201 created urn:x-desk:4711")],
  ["atom-entry.xml", "text/xml", "201 created path", ...twice("201 created urn:x-desk:4711")],
  ["page.html", "text/html", "201 created path", ...twice("201 created -")],
  ["note.txt", "text/plain; charset=utf-8", "201 created path", ...twice("201 created -")],
];

function twice(expected: string): [string, string[]] {
  return [expected, [expected]];
}

describe.each(matrix)("%s as %s", (file, type, onPut, onPost, inBatch) => {
  const sending = { type, body: readFixture(file) };

  test("PUT", async () => {
    const { put } = openMemoryDesk();
    expect(describeReply(await put("path", sending))).toBe(onPut);
  });

  test("POST, and the same again", async () => {
    const { post } = openMemoryDesk();
    expect(describeReply(await post(sending))).toBe(onPost);
    expect(describeReply(await post(sending))).toBe(onPost.replace("201 created", "200 unchanged"));
  });

  test("a batch, and the same again: no article twice", async () => {
    const { batch, stores } = openMemoryDesk();
    expect(listAnswers(await batch(sending)).map(describeItem)).toEqual(inBatch);
    const count = stores.articles.size;
    expect(listAnswers(await batch(sending)).map(describeItem)).toEqual(
      inBatch.map((expected) => expected.replace("201 created", "200 unchanged")),
    );
    expect(stores.articles.size).toBe(count);
  });

  test("in a batch each item has the body that it would have had alone", async () => {
    const alone = openMemoryDesk();
    const single = await alone.post(sending);
    const [first, ...others] = listAnswers(await openMemoryDesk().batch(sending));
    if (others.length > 0) return;
    const body = first?.result ?? first?.problem;
    if (body === undefined) expect(single.text).toBe("");
    else expect(single.json()).toEqual(body);
  });
});

test("the operations declare the media types that are read, no more and no fewer", () => {
  expect(Object.keys(postBatch.body).toSorted()).toEqual(itemMediaTypes.toSorted());
  expect(Object.keys(postSubmission.body).toSorted()).toEqual(itemMediaTypes.toSorted());
});

describe("IDs", () => {
  test("another ID of a format that is not ours is a warning on PUT, and the path counts", async () => {
    const { put } = openMemoryDesk();
    const reply = await put("path", { type: json, body: readFixture("ninjs-1.4.json") });
    expect((reply.json() as Body).warnings?.map(({ code }) => code)).toContain("id-of-path");
    expect(reply.headers["location"]).toBe("/v1/submissions/path");
  });

  test("our own JSON may repeat the ID of the path", async () => {
    const { put } = openMemoryDesk();
    const reply = await put("harbour-2026-11-23", { type: json, body: readFixture("submission.json") });
    expect(describeReply(reply)).toBe("201 created harbour-2026-11-23");
    expect((reply.json() as Body).warnings?.map(({ code }) => code)).not.toContain("id-of-path");
  });

  test("an article of a feed is the one that was PUT under its guid", async () => {
    const { put, batch } = openMemoryDesk();
    await put("gazette:10241", { type: "text/html", body: "<p>An earlier version of the ferry's story.</p>" });
    const [first] = listAnswers(await batch({ type: xml, body: readFixture("rss-2.0.xml") }));
    expect(first).toMatchObject({ status: 200, result: { outcome: "updated", revision: 2 } });
  });
});

describe("ninjs canceled", () => {
  const canceled = readFixture("ninjs-canceled.json");
  const article = { type: json, body: readFixture("ninjs-3.0.json") };

  test.each(["POST", "batch"] as const)("by %s: 204, and the article is retracted", async (how) => {
    const { post, batch, stores } = openMemoryDesk();
    await post(article);
    const sending = { type: json, body: canceled };
    const reply = how === "POST" ? await post(sending) : await batch(sending);
    if (how === "POST") {
      expect(reply).toMatchObject({ status: 204, text: "" });
      expect(reply.headers["etag"]).toMatch(/^"v2"$/);
      expect(reply.log[0]).toMatchObject({ outcome: "retracted" });
    } else {
      expect(listAnswers(reply)).toEqual([
        { index: 0, partnerArticleId: "https://wire.example/items/3/quarry", status: 204 },
      ]);
    }
    expect([...stores.articles.values()]).toMatchObject([{ status: "retracted" }]);
    expect(describeReply(await post(article))).toMatch(/^410 retracted/);
  });

  test("on PUT it retracts what is at the path", async () => {
    const { put, stores } = openMemoryDesk();
    await put("path", article);
    expect((await put("path", { type: json, body: canceled, query: "validateOnly=true" })).status).toBe(204);
    expect([...stores.articles.values()]).toMatchObject([{ status: "live" }]);
    expect((await put("path", { type: json, body: canceled })).status).toBe(204);
    expect([...stores.articles.values()]).toMatchObject([{ partnerArticleId: "path", status: "retracted" }]);
  });
});
