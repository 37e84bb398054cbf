import { describe, expect, test } from "vitest";
import { makeDocument } from "../../../shared/formats/make-document.ts";
import type { SubmitItem } from "../../../shared/formats/parsed-item.ts";
import { settleAddress } from "../../../shared/settle-address.ts";

const item = (more: Partial<SubmitItem>): SubmitItem => ({
  action: "submit",
  metadata: {},
  document: makeDocument("text", "Text"),
  images: [],
  ...more,
});
const path = { partnerArticleId: "path" };

describe("the ID in the path", () => {
  test.each<[string, SubmitItem]>([
    ["an item without an ID", item({})],
    ["our own format with the same one", item({ partnerArticleId: "path", isOwnFormat: true })],
    ["another format with the same one", item({ partnerArticleId: "path" })],
  ])("has nothing against %s", (_, given) => {
    expect(settleAddress(given, path)).toBe(given);
  });

  test.each([path, { articleId: "0".repeat(32) }])(
    "counts before that of another format, which is said: %j",
    (address) => {
      const settled = settleAddress(item({ partnerArticleId: "guid" }), address);
      expect(settled).toMatchObject({
        document: { warnings: [{ code: "id-of-path", detail: expect.stringContaining("“guid”") }] },
      });
    },
  );

  test.each([path, { articleId: "0".repeat(32) }])("must not differ from that in our own format: %j", (address) => {
    expect(() => settleAddress(item({ partnerArticleId: "body", isOwnFormat: true }), address)).toThrow(
      expect.objectContaining({
        kind: "invalid-submission",
        errors: [expect.objectContaining({ pointer: "/partnerArticleId" })],
      }),
    );
  });

  test("counts for a retraction", () => {
    const retraction = { action: "retract", partnerArticleId: "guid" } as const;
    expect(settleAddress(retraction, path)).toBe(retraction);
  });
});
