import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readHtml } from "../../shared/article/read-article.ts";
import { type Finding, inspectOutputs } from "./inspect-output.ts";
import { loadPayloads } from "./load-payloads.ts";
import { hasChromium, openBrowser } from "./open-browser.ts";

const origin = "https://reader.example/";
const batchSize = 100;

describe.skipIf(!hasChromium)("sanitized HTML in a real browser", { timeout: 600_000 }, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
  });

  test.for([
    ["with the article's address", "https://news.example/2026/11/article.html"],
    ["without an address", undefined],
  ] as const)("%s, nothing runs, nothing is sent, and it is serialized as it was written", async ([, url]) => {
    const page = await browser.newPage();
    const events: string[] = [];
    page.on("dialog", (dialog) => {
      events.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("popup", () => events.push("popup"));
    page.on("download", () => events.push("download"));
    await page.route("**/*", (route) => {
      const request = route.request();
      if (request.url() === origin) return route.fulfill({ contentType: "text/html", body: "<!doctype html><body>" });
      // Pictures are allowed, and so are asked for; anything else is a way out.
      if (request.resourceType() !== "image") events.push(`${request.resourceType()}: ${request.url()}`);
      return route.abort();
    });
    await page.goto(origin);

    const outputs = loadPayloads().map(({ id, html }) => ({
      id,
      html: readHtml(html, url === undefined ? {} : { url }).html,
    }));
    const findings: Finding[] = [];
    for (let start = 0; start < outputs.length; start += batchSize) {
      findings.push(...(await page.evaluate(inspectOutputs, outputs.slice(start, start + batchSize))));
    }
    expect(page.url()).toBe(origin);
    expect(findings.slice(0, 20)).toEqual([]);
    expect(events).toEqual([]);
    await page.close();
  });

  test("the probe sees what is dangerous", async () => {
    const page = await browser.newPage();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.route("**/*", (route) =>
      route.request().url() === origin
        ? route.fulfill({ contentType: "text/html", body: "<!doctype html><body>" })
        : route.abort(),
    );
    await page.goto(origin);
    const findings = await page.evaluate(inspectOutputs, [
      { id: "control", html: '<img src="x" onerror="alert(1)"><p>a<p>b' },
    ]);
    expect(findings.map(({ fault }) => fault)).toContain("a handler stands: onerror");
    expect(findings.some(({ fault }) => fault.startsWith("serialized"))).toBe(true);
    expect(dialogs.length).toBeGreaterThan(0);
    await page.close();
  });
});
