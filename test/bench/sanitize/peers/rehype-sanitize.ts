import rehypeParse from "rehype-parse";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import { unified } from "unified";
import { allowedAttributes, allowedElements } from "../news-policy.ts";

/** hast names attributes as the DOM does. */
const propertyNames: Readonly<Record<string, string>> = {
  colspan: "colSpan",
  rowspan: "rowSpan",
  datetime: "dateTime",
  hreflang: "hrefLang",
  srcset: "srcSet",
};

const processor = unified()
  .use(rehypeParse, { fragment: true })
  .use(rehypeSanitize, {
    tagNames: [...allowedElements],
    attributes: Object.fromEntries(
      Object.entries(allowedAttributes).map(([name, list]) => [
        name,
        list.map((entry) => propertyNames[entry] ?? entry),
      ]),
    ),
    protocols: { href: ["http", "https", "mailto", "tel"], src: ["http", "https"], cite: ["http", "https"] },
    strip: ["script", "style"],
  })
  .use(rehypeStringify);

export function sanitize(html: string): string {
  return String(processor.processSync(html));
}
