import { describe, expect, test } from "vitest";
import { listItems, submitted } from "./read-fixture.ts";

const read = (value: unknown) => listItems(JSON.stringify(value), "application/json");
const body = { uri: "urn:1", body_text: "Text." };

describe("which body", () => {
  test.each<[string, Record<string, unknown>, "html" | "text", string]>([
    ["markup before text", { body_text: "t", body_html: "<p>h</p>" }, "html", "<p>h</p>"],
    ["any name behind body_ that has markup", { body_richtext: "<p>r</p>", body_text: "t" }, "html", "<p>r</p>"],
    ["text where there is nothing else", { body_text: "t" }, "text", "t"],
    ["blank markup is none", { body_html: "  ", body_text: "t" }, "text", "t"],
    [
      "the main one of several",
      {
        bodies: [
          { role: "web", contenttype: "text/html", value: "w" },
          { role: "main", contenttype: "text/html", value: "m" },
        ],
      },
      "html",
      "m",
    ],
    [
      "markup before a main text",
      {
        bodies: [
          { role: "main", contentType: "text/plain", value: "t" },
          { contentType: "application/xhtml+xml", value: "<p>x<br/></p>" },
        ],
      },
      "html",
      "<p>x<br/></p>",
    ],
    ["no type: by its looks", { bodies: [{ value: "<p>x</p>" }] }, "html", "<p>x</p>"],
    ["no type and no markup", { bodies: [{ value: "x < y" }] }, "text", "x < y"],
    [
      "a type with a charset",
      { bodies: [{ contentType: "Text/HTML; charset=utf-8", value: "<i>x</i>" }] },
      "html",
      "<i>x</i>",
    ],
  ])("%s", (_, value, form, content) => {
    expect(submitted(read({ uri: "urn:1", ...value })).document).toMatchObject({ form, content });
  });

  test("an object with no body is a problem that names the place", () => {
    expect(
      read({ uri: "urn:1", type: "picture", bodies: [{ contentType: "application/xml", value: "<nitf/>" }] }),
    ).toMatchObject([{ problem: { kind: "invalid-submission", errors: [{ pointer: "/bodies" }] } }]);
  });
});

describe("the status", () => {
  test.each([
    ["usable", "submit"],
    ["canceled", "retract"],
    ["cancelled", "retract"],
    ["stat:canceled", "retract"],
  ])("%s: %s", (pubstatus, action) => {
    expect(read({ ...body, pubstatus })).toMatchObject([{ item: { action, partnerArticleId: "urn:1" } }]);
    expect(read({ ...body, pubStatus: pubstatus })).toMatchObject([{ item: { action } }]);
  });

  test.each(["draft", 3, "", {}])("%j is refused: it could mean not to publish", (pubstatus) => {
    expect(read({ ...body, pubstatus })).toMatchObject([{ problem: { errors: [{ pointer: "/pubstatus" }] } }]);
  });

  test.each(["withheld", "Withheld", "stat:withheld"])(
    "%s is refused, with what to do about an earlier version",
    (status) => {
      for (const name of ["pubstatus", "pubStatus"]) {
        const [read_] = read({ ...body, [name]: status });
        expect(read_).toMatchObject({ problem: { kind: "invalid-submission", errors: [{ pointer: `/${name}` }] } });
        expect(read_).toHaveProperty("problem.message", expect.stringMatching(/send canceled or DELETE/));
      }
    },
  );

  test("a retraction of nothing is refused", () => {
    expect(read({ pubstatus: "canceled", body_text: "x" })).toMatchObject([
      { problem: { errors: [{ pointer: "/uri" }] } },
    ]);
  });
});

describe("by-lines", () => {
  test.each<[string, string[]]>([
    ["By Jane Doe", ["Jane Doe"]],
    ["Jane Doe and John Roe", ["Jane Doe", "John Roe"]],
    ["BY JANE DOE, JOHN ROE AND ANN POE", ["JANE DOE", "JOHN ROE", "ANN POE"]],
    ["Von Jana Weiß und Tim Groß", ["Jana Weiß", "Tim Groß"]],
    ["Klaus Meier, wire", ["Klaus Meier, wire"]],
    ["A. Andersen/B. Berg", ["A. Andersen", "B. Berg"]],
    ["  ", []],
  ])("%s", (byline, authors) => {
    expect(submitted(read({ ...body, byline })).metadata.authors ?? []).toEqual(authors);
  });
});

test("a uri is an ID and no address, as the standard says", () => {
  expect(submitted(read({ uri: "https://wire.example/1", body_text: "x" })).metadata.url).toBeUndefined();
});
