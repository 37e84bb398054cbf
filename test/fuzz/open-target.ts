import { changeSettings } from "../../infra/ops/manage-settings.ts";
import type { TestStack } from "../support/start-stack.ts";

/** Two partners that may do everything, one that submits and one that reads; no quota stops them. */
export async function openFuzzTarget(stack: TestStack): Promise<{ url: string; keys: string[] }> {
  const clients = [
    await stack.newPartner(["submit", "read"]),
    await stack.newPartner(["submit", "read"]),
    await stack.newPartner("submit"),
    await stack.newPartner("read"),
  ];
  const quota = { perMinute: 1_000_000, burst: 1_000_000, dailyArticles: 10_000_000 };
  for (const { partner } of clients) await changeSettings(stack.partners, partner, { quota });
  return { url: stack.url, keys: clients.map(({ key }) => key) };
}
