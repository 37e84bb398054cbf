import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { handler } from "../../functions/get-desk.ts";
import { invoke } from "../support/run-chain.ts";

/** As it goes over the wire without compression; no framework fits into this. */
const maxPageBytes = 60_000;

const reply = await invoke(handler, { path: "/", query: "partner=wire&article=abc" });
const policy = new Map(
  reply.headers["content-security-policy"]?.split("; ").map((directive) => {
    const [name = "", ...sources] = directive.split(" ");
    return [name, sources];
  }),
);

function hashOf(element: "script" | "style"): string {
  const [, content = ""] = new RegExp(`<${element}[^>]*>(.*?)</${element}>`, "s").exec(reply.text) ?? [];
  expect(content.length).toBeGreaterThan(1000);
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}

test("the page is HTML, small, and no reader's key or query is in it", () => {
  expect(reply.status).toBe(200);
  expect(reply.headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(Buffer.byteLength(reply.text)).toBeLessThan(maxPageBytes);
  expect(reply.text).not.toContain("article=abc");
});

test("its policy lets its own script and style run, and nothing else", () => {
  expect(Object.fromEntries(policy)).toEqual({
    "default-src": ["'none'"],
    "script-src": [hashOf("script")],
    "style-src": [hashOf("style")],
    "connect-src": ["'self'"],
    "img-src": ["http:", "https:", "data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["article-frame"],
  });
});

test("it has one script, one style, no handler in an attribute, and loads nothing", () => {
  expect(reply.text.match(/<script\b/g)).toHaveLength(1);
  expect(reply.text.match(/<style\b/g)).toHaveLength(1);
  const markup = reply.text.replace(/<(script|style)\b[^>]*>.*?<\/\1>/gs, "");
  expect(markup).not.toMatch(/\son\w+=|\sstyle=|\ssrc=/);
  const targets = [...markup.matchAll(/href="([^"]*)"/g)].map(([, target = ""]) => target.replace(/^data:.*/, "data:"));
  expect(targets).toEqual(["data:", "#main", "?", "?", "?view=live"]);
});

test.each([
  ["referrer-policy", "no-referrer"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["x-content-type-options", "nosniff"],
  ["cache-control", "private, no-cache"],
])("%s is %s", (name, value) => {
  expect(reply.headers[name]).toBe(value);
});

test("who has the page already is not sent it again", async () => {
  const again = await invoke(handler, { path: "/", headers: { "If-None-Match": reply.headers["etag"] ?? "" } });
  expect(again.status).toBe(304);
  expect(again.text).toBe("");
});
