import { generateArticle } from "./generate-article.ts";

/** Dangerous in, harmless out; and what is allowed stays. */
const answers: readonly { readonly html: string; readonly keeps: RegExp; readonly drops: RegExp }[] = [
  { html: "<p>a<script>alert(1)</script>b</p>", keeps: /<p>ab<\/p>/, drops: /script|alert/ },
  { html: "<p onclick=alert(1)>x</p>", keeps: /<p>x<\/p>/, drops: /onclick/ },
  { html: "<a href=' java\tscript:alert(1)'>x</a>", keeps: /x/, drops: /script:/ },
  { html: "<img src='https://a.example/x.png' onerror=alert(1)>", keeps: /a\.example\/x\.png/, drops: /onerror/ },
  { html: "<ul><li>a<li>b</ul>", keeps: /<li>a<\/li><li>b<\/li>/, drops: /<script/ },
];

const wordsOf = (html: string): string[] => html.replace(/<[^>]*>|&\w+;/g, " ").match(/\p{L}+/gu) ?? [];

/** Throws unless a candidate does its work; a benchmark of wrong answers would be worth nothing. */
export async function checkAnswers(name: string, sanitize: (html: string) => string | Promise<string>): Promise<void> {
  for (const { html, keeps, drops } of answers) {
    const output = await sanitize(html);
    if (!keeps.test(output) || drops.test(output)) throw new Error(`${name} makes ${output} of ${html}.`);
  }
  const article = generateArticle(20_000, 7);
  const wanted = wordsOf(article.replace(/<script>.*?<\/script>/gs, "")).length;
  const kept = wordsOf(await sanitize(article)).length;
  if (kept < wanted * 0.99) throw new Error(`${name} keeps ${kept} of ${wanted} words.`);
}
