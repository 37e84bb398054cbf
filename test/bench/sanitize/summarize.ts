import { showMs, showTimes } from "../formats.ts";
import { median } from "../median.ts";
import type { Effort, Section } from "../section.ts";
import { checkAnswers } from "./check-answers.ts";
import { hostileShapes } from "./hostile-shapes.ts";
import { figureOf, measure, openMeasurer } from "./measure.ts";
import { type Peer, peers } from "./peers.ts";

const articleSize = 20_000;
const growingSizes = [2_000, 8_000, 32_000, 128_000];
/** Hostile shapes have so many characters, and four times as many. */
const shapeSize = 500_000;
/** Below this CPU time a measurement is noise, and its growth says nothing. */
const noiseMs = 3;
const maxGrowth = 5;

/** The sanitizer beside others: time, what gets through, and how the time grows with the size of what comes. */
export async function summarize({ isQuick }: Effort): Promise<Section> {
  for (const peer of peers) {
    const { sanitize }: { sanitize: (html: string) => string } = await import(`./peers/${peer}.ts`);
    await checkAnswers(peer, sanitize);
  }
  const rounds = isQuick ? 1 : 3;
  const article = await measureSpeeds(articleSize, rounds, isQuick ? 5 : 50);
  const grown = new Map<number, Record<Peer, number>>();
  for (const size of isQuick ? [2_000] : growingSizes) {
    grown.set(size, await measureSpeeds(size, rounds, isQuick ? 5 : Math.max(10, Math.round(400_000 / size))));
  }
  const unsafe = new Map<Peer, string[]>();
  for (const peer of isQuick ? (["ours"] as const) : peers) {
    const counts = await measure({ peer, measure: "safety" }, 600_000);
    unsafe.set(
      peer,
      ["dangerous", "escapes", "unstable"].map((name) => figureOf(counts, name).toFixed(0)),
    );
  }
  const shapes = [...hostileShapes.keys()].slice(0, isQuick ? 3 : undefined);
  const worst = await findWorstGrowth(shapes);
  return {
    title: "Sanitizing",
    note: `CPU time for ${articleSize / 1000} KB, in fresh processes, warmed up; ours is all of the reading, with text, metadata, report and a check of its own output. The counts are of payloads: what is dangerous in the output, gets out of an element of raw text, or means something else when it is parsed again.`,
    rows: [
      ["", "time", "of ours", "dangerous", "escapes", "unstable"],
      ...peers.map((peer) => [
        peer,
        showMs(article[peer]),
        showTimes(article[peer] / article.ours),
        ...(unsafe.get(peer) ?? ["", "", ""]),
      ]),
    ],
    budgets: [
      {
        what: `Sanitizing four times as much, on the worst of ${shapes.length} hostile shapes (${worst.shape})`,
        measured: worst.growth,
        atMost: maxGrowth,
        show: showTimes,
      },
    ],
    panels: [
      {
        title: "CPU for sanitizing",
        unit: "ms",
        x: { unit: "KB", isLog: true },
        lines: peers.map((name) => ({
          name,
          points: [...grown].map(([size, times]) => ({ at: size / 1000, value: times[name] })),
        })),
      },
    ],
  };
}

/** Medians over rounds in which each has its turn. */
async function measureSpeeds(size: number, rounds: number, count: number): Promise<Record<Peer, number>> {
  const times = new Map(peers.map((peer) => [peer, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const peer of peers) {
      times.get(peer)?.push(figureOf(await measure({ peer, measure: "speed", size, count }, 600_000), "ms"));
    }
  }
  return Object.fromEntries([...times].map(([peer, list]) => [peer, median(list)])) as Record<Peer, number>;
}

/** The shape whose time grows the most from n to 4n. What is over the budget is measured four times more, and its median counts. */
async function findWorstGrowth(shapes: readonly string[]): Promise<{ shape: string; growth: number }> {
  const measurer = openMeasurer();
  const time = async (shape: string, size: number) =>
    Math.max(noiseMs, figureOf(await measurer.measure({ peer: "ours", measure: "shape", shape, size }), "ms"));
  const grow = async (shape: string) => {
    // So that its code is compiled, as it is for the second measurement.
    await time(shape, shapeSize);
    return (await time(shape, shapeSize * 4)) / (await time(shape, shapeSize));
  };
  let worst = { shape: "", growth: 0 };
  for (const shape of shapes) {
    const once = await grow(shape);
    const grown = [once];
    while (once > maxGrowth && grown.length < 5) grown.push(await grow(shape));
    const growth = median(grown);
    // A shape that gives no number is the worst of all.
    if (!(growth <= worst.growth)) worst = { shape, growth };
    if (Number.isNaN(growth)) break;
  }
  measurer.close();
  return worst;
}
