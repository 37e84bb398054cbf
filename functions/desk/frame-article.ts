import { make } from "./make-element.ts";

/** Of Trusted Types, which TypeScript does not know yet; a browser without them takes the text itself. */
declare const trustedTypes:
  | { createPolicy(name: string, rules: { createHTML(html: string): string }): { createHTML(html: string): string } }
  | undefined;

/**
 * The only HTML that this page ever makes of a string, and it becomes a document of its own, in a sandbox. The policy of
 * the page names this one, and no other can be made.
 */
const policy =
  typeof trustedTypes === "undefined"
    ? undefined
    : trustedTypes.createPolicy("article-frame", { createHTML: (html) => html });

/** The style of the page is that of the frame, too, so that one hash stands for both in the policy of the page. */
const style = document.querySelector("style")?.textContent ?? "";

/** What is shown in a frame. */
export interface FramedArticle {
  readonly html: string;
  readonly title: string;
  readonly language: string | undefined;
  /** Whether images are asked for, from wherever they are: whoever has them there learns that somebody reads. */
  readonly withImages: boolean;
}

/**
 * Fills a frame with the sanitized HTML of an article. Nothing in it runs, whatever it holds: the sandbox allows no script,
 * no form and no access to the page, and neither does the policy, that of the page which the frame inherits and one of its
 * own. Links open aside.
 */
export function fillFrame(frame: HTMLIFrameElement, { html, title, language, withImages }: FramedArticle): void {
  const images = withImages ? "img-src http: https:" : "img-src 'none'";
  const head = make(
    "head",
    {},
    make("meta", { charset: "utf-8" }),
    // The page's own policy, which holds here as well, lets only the hash of its style through.
    make("meta", {
      "http-equiv": "Content-Security-Policy",
      content: `default-src 'none'; ${images}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`,
    }),
    make("meta", { name: "referrer", content: "no-referrer" }),
    make("base", { target: "_blank" }),
    make("title", {}, title),
    make("style", {}, style),
  );
  const shell = make("html", { lang: language ?? "und" }, head).outerHTML.slice(0, -"</html>".length);
  const body = `<body class="framed${withImages ? "" : " without-images"}" dir="auto">${html}`;
  const content = `<!DOCTYPE html>${shell}${body}`;
  frame.srcdoc = policy?.createHTML(content) ?? content;
}

/** A frame for articles: no script, no form, no same origin. A link may open a window, which is as free as any. */
export function makeFrame(title: string, className: string): HTMLIFrameElement {
  return make("iframe", {
    class: className,
    title: `The article: ${title}`,
    sandbox: "allow-popups allow-popups-to-escape-sandbox",
    referrerpolicy: "no-referrer",
  });
}

/** How many images an article has. The sanitizer writes tags in small letters, and `<` in text as a reference. */
export function countImages(html: string): number {
  return html.match(/<img\b/g)?.length ?? 0;
}
