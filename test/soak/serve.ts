import { changeSettings } from "../../infra/ops/manage-settings.ts";
import { startTestStack } from "../support/start-stack.ts";

/** What a soak needs of the stack, which runs in a process of its own so that its memory is not that of the load. */
export interface Serving {
  readonly url: string;
  readonly submitKeys: readonly string[];
  readonly readKey: string;
}

/** Longer than any run: a process that ends for having had nothing to do could not be judged. */
const idleMs = 24 * 60 * 60_000;

// The functions' processes are measured as this one is, and what they tell goes the same way.
const stack = await startTestStack({
  nodeOptions: process.execArgv,
  idleMs,
  onLog: (line) => process.stdout.write(`${line}\n`),
});
const partners = await Promise.all([1, 2, 3, 4].map((n) => stack.newPartner("submit", `partner${n}`)));
const quota = { perMinute: 1_000_000, burst: 1_000_000, dailyArticles: 10_000_000 };
for (const { partner } of partners) await changeSettings(stack.partners, partner, { quota });
const reader = await stack.newPartner("read", "reader");
const serving: Serving = { url: stack.url, submitKeys: partners.map(({ key }) => key), readKey: reader.key };
process.send?.(serving);
// A terminal sends Ctrl-C to both; the load ends us when it has stopped.
process.on("SIGINT", () => {});
process.once("disconnect", () => void stack.close());
