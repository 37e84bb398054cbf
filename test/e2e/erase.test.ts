import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runErase } from "../../infra/ops/erase/run-erase.ts";
import { uniqueText } from "../fixtures/articles.ts";
import { silentProgress } from "../support/silent-progress.ts";
import { startOps } from "../support/start-ops.ts";

let started: Awaited<ReturnType<typeof startOps>>;

beforeAll(async () => {
  started = await startOps();
});
afterAll(() => started.close());

async function ops(...args: string[]) {
  const child = spawn(process.execPath, ["infra/ops/ops.ts", "--directory", started.directory, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { out, error, code };
}

test("an erased article is retracted for consumers, gone for readers, and refused to its partner", async () => {
  const partner = await started.stack.newPartner("submit", "gazette");
  const reader = await started.stack.newPartner("read");
  const { id } = (await partner.put("one", { text: uniqueText("one") })).json();
  const copy = (
    await (await started.stack.newPartner("submit", "courier")).put("copy", { text: uniqueText("one") })
  ).json();
  expect(copy.duplicateOf.id).toBe(id);

  expect(await ops("erase", "--article", id)).toMatchObject({ code: 1, error: expect.stringContaining("--reason") });
  const asked = await ops("erase", "--article", id, "--reason", "a court order");
  expect(asked).toMatchObject({
    code: 1,
    error: `Add --yes to erase the article ${id} of gazette. It cannot be undone.\n`,
  });
  expect((await reader.get(`/v1/articles/${id}/raw`)).status).toBe(200);

  // As if a minute had passed: nobody can be about to refer to the same bytes.
  const ahead = { ...started.ops, now: () => new Date(Date.now() + 61_000) };
  const command = { article: id, reason: "a court order", by: "ilse", yes: true };
  expect(await runErase(command, ahead, silentProgress)).toMatchObject({ left: 0 });
  expect((await reader.get(`/v1/articles/${id}`)).status).toBe(410);
  expect((await reader.get(`/v1/articles/${copy.id}`)).json()).not.toHaveProperty("duplicateOf");
  expect((await partner.put("one", { text: uniqueText("one") })).status).toBe(410);
  await expect
    .poll(async () => (await reader.get("/v1/changes")).json().items.filter((one: { id: string }) => one.id === id), {
      timeout: 20_000,
    })
    .toMatchObject([{ type: "created" }, { type: "retracted" }]);

  const again = await ops("erase", "--article", id, "--reason", "to be sure", "--by", "ilse", "--yes");
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/^Nothing was found\.\nLooked again: nothing is left\./);
  expect(await ops("erase", "--partner", "nobody", "--reason", "none", "--yes")).toMatchObject({
    code: 1,
    error: expect.stringContaining("There is no partner nobody"),
  });
});
