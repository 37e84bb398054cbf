import { isSameLanguage } from "../../../shared/article/is-same-language.ts";
import type { LoadDetector } from "./load-detector.ts";
import { loadTexts, type TextSet } from "./load-texts.ts";

export interface Measurement {
  readonly loadMs: number;
  readonly loadMb: number;
  readonly msPerText: number;
  readonly right: number;
  readonly wrong: number;
  readonly none: number;
}

/** Loading ends with the first answer: some load on their first text. */
const firstText =
  "The city council decided on Monday to close the old bridge for two years, and the work will cost more.";

/** CPU time of this process so far, in milliseconds. Other processes on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measure(peer: string, set: TextSet): Promise<Measurement> {
  globalThis.gc?.();
  const before = { ms: cpuMs(), bytes: process.memoryUsage().rss };
  const { load }: { load: LoadDetector } = await import(`./peers/${peer}.ts`);
  const detect = await load();
  await detect(firstText);
  const loadMs = cpuMs() - before.ms;
  globalThis.gc?.();
  const loadMb = (process.memoryUsage().rss - before.bytes) / 1e6;

  const texts = loadTexts(set) ?? [];
  const counts = { right: 0, wrong: 0, none: 0 };
  for (const { language, text } of texts) {
    const found = await detect(text);
    if (found === undefined) counts.none += 1;
    else if (isSameLanguage(found, language)) counts.right += 1;
    else counts.wrong += 1;
  }
  const started = cpuMs();
  for (const { text } of texts) await detect(text);
  return { loadMs, loadMb, msPerText: (cpuMs() - started) / texts.length, ...counts };
}

const [peer = "", set = ""] = process.argv.slice(2);
console.log(JSON.stringify(await measure(peer, set as TextSet)));
