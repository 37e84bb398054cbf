import { createRequire } from "node:module";
import { setImmediate as nextTurn } from "node:timers/promises";
import { checkSafety } from "./check-safety.ts";
import { generateArticle } from "./generate-article.ts";
import { hostileShapes } from "./hostile-shapes.ts";

/** What takes less is measured more than once. */
const shortMs = 500;

/** What a process measures. It is sent one task at a time and exits on the first that throws. */
export type Task = { readonly peer: string } /** What it costs to load a bundle. */ & (
  | { readonly measure: "import"; readonly bundle: string }
  | { readonly measure: "speed"; readonly size: number; readonly count: number }
  | { readonly measure: "shape"; readonly shape: string; readonly size: number }
  | { readonly measure: "line"; readonly size: number }
  | { readonly measure: "memory"; readonly count: number }
  | { readonly measure: "safety" }
);

export type Measurement = Readonly<Record<string, number>>;

/** CPU time of this process so far, in milliseconds. Other processes on the machine do not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measure(task: Task): Promise<Measurement> {
  if (task.measure === "import") {
    const before = cpuMs();
    createRequire(import.meta.url)(task.bundle);
    return { ms: cpuMs() - before };
  }
  const { sanitize }: { sanitize: (html: string) => string } = await import(`./peers/${task.peer}.ts`);
  switch (task.measure) {
    case "speed": {
      const articles = Array.from({ length: task.count }, (_, seed) => generateArticle(task.size, seed));
      const rounds = [...articles, ...articles].slice(0, Math.max(4, task.count));
      for (const article of rounds) sanitize(article);
      const started = cpuMs();
      for (const article of articles) sanitize(article);
      return { ms: (cpuMs() - started) / articles.length };
    }
    case "shape":
    case "line": {
      const html = task.measure === "line" ? "word ".repeat(task.size / 5) : makeShape(task.shape, task.size);
      let ms = Number.POSITIVE_INFINITY;
      let output = "";
      // The garbage of one must not be collected in the time of another: what takes little has its least of three, in a clean heap.
      for (let run = 0; run < 3 && (run === 0 || ms < shortMs); run += 1) {
        globalThis.gc?.();
        const started = cpuMs();
        output = sanitize(html);
        ms = Math.min(ms, cpuMs() - started);
      }
      return { ms, growth: output.length / html.length, mb: process.resourceUsage().maxRSS / 1024 };
    }
    case "safety":
      return checkSafety(sanitize);
    case "memory": {
      const heap: number[] = [];
      for (let index = 0; index < task.count; index += 1) {
        sanitize(generateArticle(3000, index % 500));
        // A server comes back to its event loop between requests.
        if (index % 100 === 0) await nextTurn();
        if (index === Math.floor(task.count / 5) || index === task.count - 1) {
          globalThis.gc?.();
          heap.push(process.memoryUsage().heapUsed);
        }
      }
      const [early = 0, late = 0] = heap;
      return { mb: late / 1e6, bytesPerArticle: (late - early) / (task.count * 0.8) };
    }
  }
}

function makeShape(name: string, size: number): string {
  const shape = hostileShapes.get(name);
  if (shape === undefined) throw new Error(`There is no shape ${name}.`);
  return shape(size);
}

process.on("message", async (task: Task) => {
  process.send?.(await measure(task));
});
