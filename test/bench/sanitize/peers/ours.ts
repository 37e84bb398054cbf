import { readHtml } from "../../../../shared/article/read-article.ts";

/** All of the reading, not the sanitizing alone: HTML, text, metadata, report, warnings, and the check of the output. */
export function sanitize(html: string): string {
  return readHtml(html, { url: "https://news.example/2026/11/article.html", keep: "all" }).html;
}
