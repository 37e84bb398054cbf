import createDOMPurify from "dompurify";
import { JSDOM } from "jsdom";
import { allowedAttributes, allowedElements } from "../news-policy.ts";

const purifier = createDOMPurify(new JSDOM("").window);
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") node.setAttribute("rel", "nofollow noopener");
});
const config = {
  ALLOWED_TAGS: [...allowedElements],
  ALLOWED_ATTR: [...new Set(Object.values(allowedAttributes).flat())],
};

export function sanitize(html: string): string {
  return purifier.sanitize(html, config);
}
