import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";

export interface DeskPage {
  readonly page: Page;
  /** Dialogs, popups, downloads, errors, refusals of the policy, and requests to anybody else. */
  readonly incidents: string[];
  /** Images that were asked for. */
  readonly images: string[];
  /** Types a key into the form and waits for what comes. */
  signIn(key: string): Promise<void>;
  /** Violations of WCAG and of good practice that axe sees, and what is wider than its place. */
  inspect(): Promise<string[]>;
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly url: string;
  /** Query of the address. */
  readonly query?: string;
  readonly width?: number;
  readonly colorScheme?: "light" | "dark";
}

/** Opens the desk page in a profile of its own, and writes down all that a page should not do. */
export async function openDesk(browser: Browser, options: DeskOptions): Promise<DeskPage> {
  const { url, query = "", width = 1280, colorScheme = "light" } = options;
  const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, reducedMotion: "reduce" });
  const incidents: string[] = [];
  const images: string[] = [];
  await watch(context, url, { incidents, images });
  const page = await context.newPage();
  page.on("download", () => incidents.push("download"));
  page.on("pageerror", (error) => incidents.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // What the API refuses is meant, and so is that a frame loads no image before its reader asks for it.
    if (/Failed to load resource|violates .* directive: "img-src 'none'"/.test(message.text())) return;
    incidents.push(`console: ${message.text()}`);
  });
  await page.goto(`${url}/${query}`);
  return {
    page,
    incidents,
    images,
    async signIn(key) {
      await page.locator("#key").fill(key);
      await page.keyboard.press("Enter");
    },
    async inspect() {
      // As the debugger does it: the policy of the page would not let this script in.
      await page.evaluate(axe.source);
      const found = await page.evaluate<string[]>(`
        axe.run(document, { iframes: false }).then(({ violations }) =>
          violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`);
      const tooWide = await page.evaluate<string[]>(`
        [document.documentElement, ...document.querySelectorAll("main *")]
          .filter((element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
          .filter((element) => getComputedStyle(element).overflowX === "visible")
          .map((element) => "wider than its place: " + element.cloneNode().outerHTML)`);
      return [...found, ...tooWide];
    },
    close: () => context.close(),
  };
}

async function watch(
  context: BrowserContext,
  url: string,
  { incidents, images }: { readonly incidents: string[]; readonly images: string[] },
): Promise<void> {
  context.on("dialog", (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("page", (page) => {
    if (context.pages().length > 1) incidents.push(`popup: ${page.url()}`);
  });
  await context.route("**/*", (route) => {
    const request = route.request();
    if (request.url().startsWith(`${url}/`)) return route.continue();
    if (request.resourceType() === "image") images.push(request.url());
    else incidents.push(`${request.resourceType()}: ${request.url()}`);
    return route.abort();
  });
}
