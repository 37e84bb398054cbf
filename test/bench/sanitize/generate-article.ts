const words = (
  "the of and to in that it was for on are as with his they at be this from have or by one had not but what all were when " +
  "government minister economy market season police company parliament election country report people million percent " +
  "Präsident Straße „Zusammenarbeit“ café naïve 東京 Москва"
).split(" ");

/** A seeded generator of numbers from 0 to 1: Mulberry32, by Tommy Ettinger. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Generates an article as content systems send it: paragraphs with links and emphasis, crossheads, figures, lists, a table
 * now and then, classes and data attributes everywhere, a script and some entities. The same seed gives the same article.
 *
 * @param size in characters, about.
 */
export function generateArticle(size: number, seed: number): string {
  const random = createRandom(seed);
  const pick = (): string => words[Math.floor(random() * words.length)] ?? "word";
  const phrase = (length: number): string => Array.from({ length }, pick).join(" ");
  const paragraph = (): string => {
    const parts: string[] = [];
    for (let sentence = 0; sentence < 4; sentence += 1) {
      parts.push(phrase(9));
      const kind = random();
      if (kind < 0.2)
        parts.push(
          `<a class="link" href="https://news.example/${pick()}/${seed}?utm_source=x" target="_blank">${phrase(3)}</a>`,
        );
      else if (kind < 0.4) parts.push(`<strong>${phrase(2)}</strong>`);
      else if (kind < 0.5) parts.push(`&ldquo;${phrase(6)}&rdquo; &amp; <em>${pick()}</em>`);
      parts.push(`${phrase(5)}.`);
    }
    return `<p class="article__text" data-block="${Math.floor(random() * 1000)}">${parts.join(" ")}</p>\n`;
  };
  let html = `<article class="story"><h1 class="headline">${phrase(8)}</h1>\n`;
  while (html.length < size - 200) {
    const kind = random();
    if (kind < 0.7) html += paragraph();
    else if (kind < 0.78) html += `<h2 id="h${html.length}">${phrase(5)}</h2>\n`;
    else if (kind < 0.86) {
      html +=
        `<figure class="media"><img loading="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" ` +
        `data-src="https://cdn.example/${html.length}.jpg" alt="${phrase(4)}" width="800" height="450" ` +
        `onerror="this.remove()"><figcaption>${phrase(8)}</figcaption></figure>\n`;
    } else if (kind < 0.92) html += `<ul>${Array.from({ length: 4 }, () => `<li>${phrase(6)}</li>`).join("")}</ul>\n`;
    else if (kind < 0.96) html += `<blockquote cite="https://x.example/"><p>${phrase(20)}</p></blockquote>\n`;
    else if (kind < 0.98) html += `<script>window.ads.push({slot: ${html.length}})</script>\n`;
    else html += `<table><tr><th>${pick()}<td>${pick()}<tr><th>${pick()}<td>${pick()}</table>\n`;
  }
  return `${html}</article>`;
}
