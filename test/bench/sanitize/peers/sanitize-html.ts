import sanitizeHtml from "sanitize-html";
import { allowedAttributes, allowedElements } from "../news-policy.ts";

const options: sanitizeHtml.IOptions = {
  allowedTags: [...allowedElements],
  allowedAttributes: Object.fromEntries(Object.entries(allowedAttributes).map(([name, list]) => [name, [...list]])),
  allowedSchemes: ["http", "https", "mailto", "tel"],
  transformTags: { a: sanitizeHtml.simpleTransform("a", { rel: "nofollow noopener" }) },
};

export function sanitize(html: string): string {
  return sanitizeHtml(html, options);
}
