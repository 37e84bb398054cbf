import { getDesk } from "../shared/api/operations/get-desk.ts";
import { httpFunction } from "./http/http-function.ts";

/** The page, made of the files in `functions/desk`; infra/bundle-functions.ts puts it here. */
declare const deskPage: { readonly html: string; readonly scriptSource: string; readonly styleSource: string };

const headers = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `script-src ${deskPage.scriptSource}`,
    `style-src ${deskPage.styleSource}`,
    "connect-src 'self'",
    // The frame of an article inherits this policy. It asks for no image before its reader does; data: is the page's icon.
    "img-src http: https: data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types article-frame",
  ].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
};

export const handler = httpFunction(getDesk, async () => ({
  status: 200,
  headers,
  bytes: deskPage.html,
  contentType: "text/html; charset=utf-8",
}));
