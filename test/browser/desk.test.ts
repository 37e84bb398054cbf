import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { revokeKey } from "../../infra/ops/manage-keys.ts";
import { parseKey } from "../../shared/partner-key.ts";
import { hostileHtml } from "../fixtures/articles.ts";
import { story } from "../fixtures/story.ts";
import type { Client } from "../support/client.ts";
import { startTestStack, type TestStack } from "../support/start-stack.ts";
import { hasChromium, openBrowser } from "./open-browser.ts";
import { type DeskOptions, type DeskPage, openDesk } from "./open-desk.ts";

const storyHtml = story.lines.map((line) => `<p>${line}</p>`).join("");
const hostileTitle = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>`;

/** More than one page of the list. */
const reports = Array.from({ length: 60 }, (_, index) => ({
  partnerArticleId: `report-${index}`,
  title: `Report ${index}`,
  text: `Report ${index} of the harbour office: ${"ships came and went ".repeat(3)}${index * 7919}.`,
  publishedAt: new Date(Date.UTC(2026, 1, 1 + (index % 20), 8, index)).toISOString(),
  language: index % 2 === 0 ? "en" : "de",
  authors: ["Okafor, Maria"],
}));

describe.skipIf(!hasChromium)("the desk page", () => {
  let stack: TestStack;
  let browser: Browser;
  let reader: Client;
  let wire: Client;
  let originalId: string;
  let hostileId: string;
  const opened: DeskPage[] = [];

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startTestStack(), openBrowser()]);
    reader = await stack.newPartner("read", "reader");
    wire = await stack.newPartner("submit", "wire");
    const gazette = await stack.newPartner("submit", "gazette");
    const { title, publishedAt } = story;
    const image = '<img src="https://pictures.example/quay.jpg" alt="The quay">';
    const original = await wire.put("story", { title, publishedAt, language: "en", html: storyHtml + image });
    originalId = original.json().id;
    const corrected = storyHtml.replace("1,250 dock workers", "1,300 dock workers");
    await wire.put("story", { title: `${title} at last`, publishedAt, language: "en", html: corrected + image });
    await gazette.put("story", { title, publishedAt, url: "https://gazette.example/dock", html: corrected });
    const hostile = await gazette.put("hostile", {
      title: hostileTitle,
      authors: [hostileTitle],
      tags: ["javascript:alert(3)", "</li><script>alert(4)</script>"],
      source: '"><svg onload=alert(5)>',
      html: `${hostileHtml}<a href="https://elsewhere.example/">out</a>`,
      publishedAt: "2026-03-02T09:00:00Z",
    });
    hostileId = hostile.json().id;
    await wire.postBatch({
      body: reports.map((report) => JSON.stringify(report)).join("\n"),
      contentType: "application/x-ndjson",
    });
  }, 120_000);

  afterEach(async () => {
    const incidents = opened.flatMap((desk) => desk.incidents);
    await Promise.all(opened.splice(0).map((desk) => desk.close()));
    expect(incidents).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  });

  async function open(options: Omit<DeskOptions, "url"> = {}, key = reader.key): Promise<DeskPage> {
    const desk = await openDesk(browser, { url: stack.url, ...options });
    opened.push(desk);
    if (key !== "") await desk.signIn(key);
    return desk;
  }
  const headlines = (desk: DeskPage) => desk.page.locator("a.headline");
  const focused = (desk: DeskPage) => desk.page.evaluate<string>("document.activeElement.textContent");
  const query = (desk: DeskPage) => new URL(desk.page.url()).search;

  test("only a key that may read opens it, and every refusal is told in words", async () => {
    const desk = await open({}, "");
    const fault = desk.page.locator("#key-fault");
    for (const [key, words] of [
      ["two words", /no spaces/],
      ["copydesk_0123456789abcdef_0123", /not known/],
      [wire.key, /may submit articles, but not read/],
    ] as const) {
      await desk.signIn(key);
      await fault.filter({ hasText: words }).waitFor();
      expect(await desk.page.locator("nav").isVisible()).toBe(false);
    }
    await desk.signIn(reader.key);
    await headlines(desk).first().waitFor();
  });

  test("the key is in no storage, address, attribute or field, and a reload asks for it again", async () => {
    const desk = await open();
    await headlines(desk).first().click();
    await desk.page.locator(".article-view").waitFor();
    const kept = await desk.page.evaluate<string>(`(async () => JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, name,
      await indexedDB.databases(), await caches.keys(), document.documentElement.outerHTML,
      [...document.querySelectorAll("input")].map(({ value }) => value),
    ]))()`);
    expect(kept).toContain("article-view");
    expect(kept).not.toContain(reader.key);
    expect(kept).not.toContain(parseKey(reader.key)?.secret);
    await desk.page.reload();
    await desk.page.locator("#key").waitFor();
    await expect.poll(() => desk.page.locator("#key").inputValue()).toBe("");
  });

  test("a key that is revoked meanwhile ends the session, and what was on the page is gone", async () => {
    const guest = await stack.newPartner("read", "guest");
    const desk = await open({}, guest.key);
    await headlines(desk).first().waitFor();
    await revokeKey(stack.partners, parseKey(guest.key)?.keyId ?? "");
    stack.killFunctions();
    await headlines(desk).first().click();
    await desk.page.locator("#key-fault", { hasText: "no longer good" }).waitFor();
    await expect.poll(() => headlines(desk).count()).toBe(0);
    await desk.signIn(reader.key);
    await desk.page.locator(".article-view").waitFor();
  });

  test("filters stand in the address: set, shared, taken back, taken away", async () => {
    const desk = await open();
    await headlines(desk).first().waitFor();
    await desk.page.getByLabel("Partner", { exact: true }).fill("gazette; nobody");
    await desk.page.keyboard.press("Enter");
    await desk.page.locator(".active li").nth(1).waitFor();
    await expect.poll(() => query(desk)).toBe("?partner=gazette&partner=nobody");
    await expect.poll(() => headlines(desk).allTextContents()).toEqual([hostileTitle]);
    await desk.page.getByLabel("Copies", { exact: true }).selectOption("With copies");
    await headlines(desk).nth(1).waitFor();
    await expect.poll(() => query(desk)).toBe("?partner=gazette&partner=nobody&duplicates=include");

    const shared = await open({ query: query(desk) });
    await headlines(shared).nth(1).waitFor();
    await expect.poll(() => headlines(shared).allTextContents()).toEqual(await headlines(desk).allTextContents());
    await expect.poll(() => shared.page.getByLabel("Partner", { exact: true }).inputValue()).toBe("gazette; nobody");

    await desk.page.goBack();
    await headlines(desk).nth(1).waitFor({ state: "detached" });
    await expect.poll(() => desk.page.getByLabel("Copies", { exact: true }).inputValue()).toBe("0");
    await desk.page.goForward();
    await headlines(desk).nth(1).waitFor();
    await desk.page.getByRole("link", { name: "Remove the filter Partner: nobody" }).click();
    await desk.page.waitForURL(/partner=gazette&duplicates=include$/);
  });

  test.each([
    ["?colour=red", /colour is not known/],
    ["?publishedFrom=2026-02-30", /publishedFrom/],
    ["?article=abc", /article ID/],
    [`?article=${"0".repeat(32)}`, /no article/],
    ["?story=abc", /cluster ID/],
    ["?partner=nobody", /No article fits these filters/],
  ])("%s is answered in words", async (address, words) => {
    const desk = await open({ query: address });
    await desk.page.locator(".notice", { hasText: words }).first().waitFor();
    expect(await desk.inspect()).toEqual([]);
  });

  test("the order can be turned, and more is loaded to the end without a gap or a repeat", async () => {
    const desk = await open({ query: "?author=Okafor%2C+Maria" });
    await headlines(desk).nth(39).waitFor();
    await expect.poll(() => headlines(desk).count()).toBe(40);
    await desk.page.getByRole("button", { name: "Load more" }).click();
    await desk.page.getByText("That is all.").waitFor();
    const newest = await headlines(desk).allTextContents();
    expect(new Set(newest).size).toBe(reports.length);
    await expect.poll(() => focused(desk)).toBe(newest[40]);
    await desk.page.getByLabel("Order").selectOption("Published, oldest first");
    await headlines(desk).getByText("Report 0", { exact: true }).waitFor();
    await expect.poll(() => headlines(desk).allTextContents()).toEqual(newest.toReversed().slice(0, 40));
    await expect.poll(() => desk.page.locator(".results h2").first().textContent()).toContain("1 February 2026");
  });

  test("all of it can be reached by keyboard alone", async () => {
    const desk = await open();
    await headlines(desk).first().waitFor();
    const titles = await headlines(desk).allTextContents();
    const { keyboard } = desk.page;
    for (const key of ["j", "j", "ArrowDown", "k"]) await keyboard.press(key);
    await expect.poll(() => focused(desk)).toBe(titles[1]);
    await keyboard.press("Enter");
    await desk.page.locator(".article-view").waitFor();
    await expect.poll(() => focused(desk)).toBe(titles[1]);
    await keyboard.press("j");
    await desk.page.locator("h1", { hasText: titles[2] ?? "" }).waitFor();
    await keyboard.press("Escape");
    await headlines(desk).first().waitFor();
    await expect.poll(() => focused(desk)).toBe(titles[2]);
    await keyboard.press("/");
    await expect.poll(() => desk.page.evaluate("document.activeElement.id")).toBe("filter-q");
    await keyboard.type("ja?");
    await expect.poll(() => desk.page.locator("#filter-q").inputValue()).toBe("ja?");
    await keyboard.press("Escape");
    await keyboard.press("l");
    await desk.page.locator(".live-view").waitFor();
    await keyboard.press("?");
    const dialog = desk.page.getByRole("dialog");
    await expect.poll(() => dialog.isVisible()).toBe(true);
    expect(await desk.inspect()).toEqual([]);
    await dialog.getByRole("checkbox").press("Space");
    await keyboard.press("Escape");
    await expect.poll(() => dialog.isVisible()).toBe(false);
    await keyboard.press("a");
    await expect.poll(() => query(desk)).toBe("?view=live");
    await desk.page.reload();
    await keyboard.press("Tab");
    await keyboard.press("Shift+Tab");
    await desk.page.locator(".skip").focus();
    await keyboard.press("Enter");
    await expect.poll(() => desk.page.evaluate("document.activeElement.id")).toBe("main");
    await expect.poll(() => query(desk)).toBe("?view=live");
  });

  test("an article is shown in a sandbox, and its images only when its reader wants them", async () => {
    const desk = await open({ query: `?article=${originalId}` });
    const frame = desk.page.locator("iframe");
    await frame.waitFor();
    expect(await frame.getAttribute("sandbox")).toBe("allow-popups allow-popups-to-escape-sandbox");
    await frame.contentFrame().getByText("1,300 dock workers").waitFor();
    expect(desk.images).toEqual([]);
    // Not released: the frame has the focus by then, and while it is filled anew, Chromium may not tell of a key that came up.
    await desk.page.keyboard.down("i");
    await expect.poll(() => desk.images).toEqual(["https://pictures.example/quay.jpg"]);
    const aside = desk.page.locator("aside");
    for (const words of ["One of 2 articles", "Nothing had to be removed", "Revision 2", "text/html"]) {
      await aside.getByText(words).first().waitFor();
    }
  });

  test("a hostile article does nothing, in the list, in its view, in its frame, with its images", async () => {
    const desk = await open({ query: "?partner=gazette" });
    await headlines(desk).getByText(hostileTitle).click();
    const frame = desk.page.locator("iframe");
    await frame.contentFrame().getByText("Unterschrift").waitFor();
    await desk.page.locator("#show-images").click();
    await expect.poll(() => desk.images.length).toBeGreaterThan(0);
    await expect.poll(() => desk.page.locator("h1").textContent()).toBe(hostileTitle);
    expect(await desk.page.locator("main script, main svg, main img").count()).toBe(0);
    const removed = desk.page.getByRole("table", { name: "What the sanitizer removed" });
    await removed.getByRole("row", { name: /<script>/ }).waitFor();
    for (const name of await desk.page.locator("main a").evaluateAll((links) => links.map(String))) {
      expect(name).toMatch(/^https?:/);
    }
  });

  test("even HTML that was not sanitized could do nothing", async () => {
    const desk = await open({}, "");
    const html = `<script>alert(1)</script><img src="data:," onerror="alert(2)"><svg onload="alert(3)"></svg>
      <meta http-equiv="refresh" content="0;url=https://elsewhere.example/"><form action="https://elsewhere.example/"><button>Go</button></form>
      <iframe src="https://elsewhere.example/"></iframe><link rel="stylesheet" href="https://elsewhere.example/a.css"><p>the end</p>`;
    await desk.page.route("**/v1/articles/*/html", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: html });
    });
    await desk.signIn(reader.key);
    await headlines(desk).first().click();
    await desk.page.locator("iframe").contentFrame().getByText("the end").waitFor();
    await desk.page.locator("iframe").contentFrame().getByText("Go").click();
    await desk.page.locator("#show-images").click();
    // The policies say what they have kept it from; no request and no dialog came of it.
    await expect.poll(() => desk.incidents.length).toBeGreaterThan(2);
    await desk.page.waitForTimeout(300);
    expect(desk.incidents.splice(0).filter((incident) => !incident.startsWith("console: "))).toEqual([]);
    expect(desk.page.frames().every((frame) => !frame.url().includes("elsewhere"))).toBe(true);
  });

  test("revisions are compared word by word, and a story shows who took it over", async () => {
    const desk = await open({ query: `?article=${originalId}` });
    await desk.page.getByRole("link", { name: "What has changed since 1" }).click();
    await desk.page.locator(".diff").waitFor();
    await expect.poll(() => desk.page.locator(".diff del").allTextContents()).toEqual(["250"]);
    await expect.poll(() => desk.page.locator(".diff ins").allTextContents()).toEqual(["300"]);
    await desk.page.getByLabel("From").selectOption("Revision 2");
    await desk.page.getByLabel("to", { exact: true }).selectOption("Revision 1");
    await desk.page.getByRole("button", { name: "Compare" }).click();
    await desk.page.waitForURL(/revisions=2\.\.1$/);
    await desk.page.locator(".diff ins", { hasText: "250" }).waitFor();
    await desk.page.keyboard.press("Escape");
    await desk.page.getByRole("link", { name: "Show the story" }).click();
    const members = desk.page.getByRole("table", { name: "Articles of this story", exact: true });
    await members.getByRole("row", { name: /gazette\.example same text|gazette\.example similar text/ }).waitFor();
    expect(await members.getByRole("row").count()).toBe(3);
  });

  test("the live view shows what comes in, by partner and outcome, and asks only while it is looked at", async () => {
    const desk = await open({ query: "?view=live" });
    const partners = desk.page.getByRole("table", { name: /^Changes by partner/ });
    await partners.getByRole("row", { name: /^wire/ }).waitFor();
    const count = (name: string) => partners.getByRole("row", { name }).locator("td").nth(1).textContent();
    const before = 61;
    await expect.poll(() => count("wire")).toBe(`${before}`);
    await wire.put("late", {
      title: "Late news",
      text: "Late in the evening a ship with apples came into the harbour.",
    });
    await desk.page.locator(".log").getByText("Late news").waitFor();
    const total = desk.page.locator("tbody tr td:nth-child(3)");
    const sum = async () => (await total.allTextContents()).reduce((all, text) => all + Number(text), 0);
    await expect.poll(sum).toBeGreaterThan(before);
    await expect.poll(() => desk.page.locator("svg.bars rect").count()).toBeGreaterThan(1);
    await desk.page.keyboard.press("a");
    await headlines(desk).first().waitFor();
    let asked = 0;
    desk.page.on("request", (request) => {
      if (request.url().includes("/v1/changes")) asked++;
    });
    await desk.page.waitForTimeout(3500);
    expect(asked).toBe(0);
  });

  describe.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)("%i pixels wide, %s", (width, colorScheme) => {
    test("axe finds nothing in any view, and nothing is wider than its place", async () => {
      const desk = await open({ width, colorScheme }, "");
      expect(await desk.inspect()).toEqual([]);
      await desk.signIn("copydesk_0123456789abcdef_0123");
      await desk.page.locator("#key-fault", { hasText: "not known" }).waitFor();
      expect(await desk.inspect()).toEqual([]);
      await desk.signIn(reader.key);
      for (const [address, ready] of [
        ["?duplicates=include", "a.headline"],
        ["?status=retracted", ".notice"],
        [`?article=${originalId}`, ".article-view"],
        [`?article=${hostileId}`, ".article-view"],
        [`?article=${originalId}&revisions=1..2`, ".diff-view"],
        [`?story=${originalId}`, ".story-view"],
        ["?view=live", "svg.bars"],
      ] as const) {
        await desk.page.evaluate(
          `history.pushState(null, "", ${JSON.stringify(address)}); dispatchEvent(new PopStateEvent("popstate"))`,
        );
        await desk.page.locator(ready).first().waitFor();
        expect(await desk.inspect(), address).toEqual([]);
      }
    });
  });
});
