import { synthesize } from "../../../infra/local/synthesize.ts";
import { cdkOut } from "../../support/cdk-out.ts";
import { showMs, showShare, showTimes } from "../formats.ts";
import { median } from "../median.ts";
import { generateArticle } from "../sanitize/generate-article.ts";
import type { Effort, Section } from "../section.ts";
import { checkIngest } from "./check-ingest.ts";
import { type Ingest, type Ingests, startIngests } from "./start-ingests.ts";

const articleCharacters = 19_000;
/** Characters of the articles by which growth is shown. */
const growingCharacters = [2_000, 8_000, 32_000, 128_000];

/** What an article takes of the function's CPU, from the event to the answer, with everything that the SDK does for it. */
export async function summarize({ isQuick }: Effort): Promise<Section> {
  await synthesize(cdkOut, () => {});
  const effort = isQuick ? { warmUp: 2, rounds: 1, articles: 10 } : { warmUp: 200, rounds: 7, articles: 40 };
  const ingests = await startIngests();
  try {
    for (const ingest of [ingests.ours, ingests.naive]) await checkIngest(ingest);
    await submitInTurns(ingests, { characters: articleCharacters, rounds: 1, articles: effort.warmUp });
    const created = await submitInTurns(ingests, { ...effort, characters: articleCharacters });
    const unchanged = await submitInTurns(ingests, { ...effort, characters: articleCharacters, isReplay: true });
    const grown: { characters: number; ours: number; naive: number }[] = [];
    for (const characters of isQuick ? [2_000] : growingCharacters) {
      const articles = Math.max(5, Math.round(effort.articles / 2));
      grown.push({ characters, ...(await submitInTurns(ingests, { characters, rounds: isQuick ? 1 : 3, articles })) });
    }
    return {
      title: "An article over the wire",
      note: `CPU time of the function's process for an article of ${articleCharacters / 1000} KB of HTML, both behind the local runner and in front of the same stores, warmed up with ${effort.warmUp} articles each.`,
      rows: [
        ["", "ours", "a CPU-second", "naive", "a CPU-second", "of ours"],
        describe("new", created),
        describe("sent again", unchanged),
      ],
      budgets: [
        {
          what: "CPU for a new article, of the naive build's",
          measured: created.ours / created.naive,
          atMost: 1 / 7,
          show: showShare,
        },
      ],
      panels: [
        {
          title: "CPU for an article over the wire",
          unit: "ms",
          x: { unit: "KB", isLog: true },
          lines: (["ours", "naive"] as const).map((name) => ({
            name,
            points: grown.map((entry) => ({ at: entry.characters / 1000, value: entry[name] })),
          })),
        },
      ],
    };
  } finally {
    await ingests.close();
  }
}

function describe(what: string, { ours, naive }: Record<Ingest["name"], number>): string[] {
  const perSecond = (ms: number) => Math.round(1000 / ms).toLocaleString("en");
  return [what, showMs(ours), perSecond(ours), showMs(naive), perSecond(naive), showTimes(naive / ours)];
}

/** Seeds of articles that nothing else asks for. */
let seed = 10_000;

/** Rounds of ours and the naive build, one after the other, of the same articles. The median of the milliseconds for one. */
async function submitInTurns(
  { ours, naive }: Ingests,
  options: {
    readonly characters: number;
    readonly rounds: number;
    readonly articles: number;
    readonly isReplay?: boolean;
  },
): Promise<Record<Ingest["name"], number>> {
  const { characters, rounds, articles, isReplay = false } = options;
  const times: Record<Ingest["name"], number[]> = { ours: [], naive: [] };
  for (let round = 0; round < rounds; round++) {
    if (isReplay) seed -= articles;
    const bodies = Array.from({ length: articles }, () => {
      const number = ++seed;
      return { id: `a${number}`, body: makeBody(number, characters) };
    });
    for (const ingest of round % 2 === 0 ? [ours, naive] : [naive, ours]) {
      const before = ingest.cpuMs();
      for (const { id, body } of bodies) {
        const { outcome } = await ingest.put(id, body);
        const expected = isReplay ? "unchanged" : "created";
        if (outcome !== expected) throw new Error(`${ingest.name}: ${id} is ${outcome} instead of ${expected}.`);
      }
      times[ingest.name].push((ingest.cpuMs() - before) / articles);
    }
  }
  return { ours: median(times.ours), naive: median(times.naive) };
}

function makeBody(number: number, characters: number) {
  return {
    html: generateArticle(characters, number),
    url: `https://news.example/2026/11/${number}`,
    title: `Report number ${number} of the council`,
    publishedAt: "2026-11-27T08:00:00Z",
    authors: ["Ilse Brandt"],
    tags: ["harbour"],
  };
}
