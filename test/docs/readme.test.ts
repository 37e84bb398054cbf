import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../shared/api/operations.ts";
import { problemKinds } from "../../shared/api/problem.ts";
import { cdkOut } from "../support/cdk-out.ts";

const root = new URL("../..", import.meta.url).pathname;
const readmeFile = join(root, "README.md");
const readme = readFileSync(readmeFile, "utf8");

/** `UPDATE_README=1` writes what the commands print into the README instead of comparing. */
const isUpdating = process.env["UPDATE_README"] === "1";
let updated = readme;

interface Command {
  readonly source: string;
  readonly documented: string;
}

/** Commands of the blocks marked `console`: each begins with `$ `, and its output stands below it. */
const commands = [...readme.matchAll(/^```console\n(.*?)^```$/gms)].flatMap((block) => readCommands(block[1] ?? ""));

function readCommands(block: string): Command[] {
  const found: { source: string[]; output: string[]; end: string | undefined }[] = [];
  for (const line of block.trimEnd().split("\n")) {
    const current = found.at(-1);
    const isContinued =
      current !== undefined && current.output.length === 0 && /[\\|]$/.test(current.source.at(-1) ?? "");
    if (current?.end !== undefined) {
      current.source.push(line);
      if (line === current.end) current.end = undefined;
    } else if (line.startsWith("$ ")) {
      found.push({ source: [line.slice(2)], output: [], end: /<<'(\w+)'$/.exec(line)?.[1] });
    } else if (isContinued) current.source.push(line);
    else current?.output.push(line);
  }
  return found.map(({ source, output }) => ({ source: source.join("\n"), documented: output.join("\n") }));
}

let directory: string;
let server: ChildProcessWithoutNullStreams;
let shell: ChildProcessWithoutNullStreams;

beforeAll(async () => {
  // A copy of the project by links, so that the tour makes its files and its data somewhere else.
  directory = mkdtempSync(join(tmpdir(), "copydesk-readme-"));
  for (const name of readdirSync(root)) {
    if (![".local", "cdk.out", ".git"].includes(name)) symlinkSync(join(root, name), join(directory, name));
  }
  cpSync(cdkOut, join(directory, ".local/cdk.out"), { recursive: true });
  server = spawn("npm", ["start"], { cwd: directory, env: { ...process.env, PORT: "0" }, detached: true });
  server.stdout.resume();
  let said = "";
  for await (const chunk of server.stderr) {
    said += chunk;
    if (said.includes("is ready at")) break;
  }
  // A person has no CI in the environment, and where there is one, some tools say more.
  const { CI: _ci, ...environment } = process.env;
  shell = spawn("bash", ["--noprofile", "--norc"], { cwd: directory, env: environment });
});
afterAll(async () => {
  if (isUpdating) writeFileSync(readmeFile, updated);
  shell.kill();
  // npm passes a signal on to what it runs only by way of the process group.
  if (server.pid !== undefined) process.kill(-server.pid, "SIGINT");
  await once(server, "exit");
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a command in the one shell of the tour, and gives what it printed. */
async function run(source: string): Promise<string> {
  const marker = `--end-of-output-${Math.random().toString(36).slice(2)}--`;
  shell.stdin.write(`${source}\necho; echo ${marker} $?\n`);
  let printed = "";
  for await (const [chunk] of on(shell)) {
    printed += chunk;
    const end = printed.indexOf(marker);
    if (end >= 0 && printed.indexOf("\n", end) >= 0) {
      const status = printed.slice(end + marker.length).trim();
      if (status !== "0") throw new Error(`${source}\nended with ${status}: ${printed}`);
      return printed.slice(0, end).trim();
    }
  }
  throw new Error("The shell has ended.");
}

async function* on(child: ChildProcessWithoutNullStreams): AsyncGenerator<[string]> {
  for (;;) yield (await once(child.stdout, "data")).map(String) as [string];
}

/** What differs from run to run gets a name by the order in which it appears, so that the same thing stays the same thing. */
function openNormalizer(): (text: string) => string {
  const names = new Map<string, string>();
  const name = (kind: string) => (found: string) => {
    if (!names.has(found))
      names.set(found, `${kind}${[...names.values()].filter((value) => value.startsWith(kind)).length + 1}`);
    return names.get(found) ?? "";
  };
  return (text) =>
    layOut(text)
      .replace(/urn:request:[0-9a-f-]{36}/g, "urn:request:ID")
      .replace(/\b[0-9a-f]{32}\b/g, name("article-"))
      .replace(/\b[0-9a-f]{16}\b/g, name("key-"))
      .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\b/g, "TIME");
}

/** JSON is laid out for reading. */
function layOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const normalizeDocumented = openNormalizer();
const normalizePrinted = openNormalizer();

describe("the tour", () => {
  /** What has not come to a good end: nothing after it means anything. */
  let running: string | undefined;

  test.each(commands)("$source", async ({ source, documented }) => {
    if (running !== undefined) throw new Error(`Not tried, since this has failed or runs still:\n${running}`);
    running = source;
    const printed = await run(source);
    running = undefined;
    if (!isUpdating) {
      expect(normalizePrinted(printed)).toBe(normalizeDocumented(documented));
      return;
    }
    const before = `$ ${source}\n${documented === "" ? "" : `${documented}\n`}`;
    const after = `$ ${source}\n${printed === "" ? "" : `${layOut(printed)}\n`}`;
    const position = updated.lastIndexOf(before);
    expect(position).toBeGreaterThan(0);
    updated = replaceFirstOutdated(updated, before, after);
  });
});

/** The same command may stand there twice; the one whose turn it is comes after all that has been replaced. */
let replacedUpTo = 0;
function replaceFirstOutdated(text: string, before: string, after: string): string {
  const position = text.indexOf(before, replacedUpTo);
  replacedUpTo = position + after.length;
  return text.slice(0, position) + after + text.slice(position + before.length);
}

/** Blocks marked `sh` are not run here; each is run elsewhere, or cannot be run without an account. */
const runElsewhere: ReadonlyMap<string, string> = new Map([
  [
    "npm ci && npm start    # runs the service at 127.0.0.1, with DynamoDB and S3 embedded",
    "this file runs npm start, .ci/run runs npm ci",
  ],
  ["npm ci && npm test     # lint, types, and all tests", ".ci/run"],
  [
    "npm run test:browser            # the desk page and what the sanitizer lets through, in a real Chromium (Debian: apt-get install chromium)",
    ".ci/run, where there is a Chromium",
  ],
  [
    "npm run bench                   # the tables under Figures, measured anew; `-- NAME` tells more of one: `sanitize`, `dedup`, `query`, `language`, `import`, `heat` …",
    "test/e2e/bench.test.ts runs a little of each part",
  ],
  [
    "npm run simulate -- --scenarios 100000 --seed 1    # the pipeline under races, crashes and faults; `--protocol` shows that wrong ones are found",
    "test/simulate runs 20,000 scenarios",
  ],
  [
    "npm run test:faults             # 10,000 faults on the wire, between functions and stores and before the API, under load: nothing is lost",
    "it takes ten minutes",
  ],
  [
    "npm run fuzz -- --requests 20000    # generated requests and damaged documents to every operation: no 500, no answer that is not declared",
    "test/e2e/fuzz.test.ts sends a thousand",
  ],
  [
    "npm run soak -- --minutes 30     # traffic as a newsroom has it, and whether memory stays flat; draws .local/soak/soak.svg",
    "it takes half an hour",
  ],
  [
    "npm run mutate                  # Stryker changes the ingest protocol, and the tests have to notice",
    "it takes half an hour",
  ],
  ["npm run mutate:article          # the same for the reader of articles", "it takes half an hour"],
  ["npx cdk deploy                    # stage dev: its data goes with the stack", "needs an AWS account"],
  [
    "npx cdk deploy -c stage=prod      # keeps its data: retained, point-in-time recovery, deletion protection",
    "needs an AWS account",
  ],
  [
    "npx cdk deploy -c search=on       # two OCUs at the least in stage prod, about $350 a month; one, about $175, in others",
    "needs an AWS account",
  ],
]);

test("every other command of the README is run elsewhere, or is known not to be", () => {
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map((block) => block[1] ?? "");
  const lines = blocks.flatMap((block) => block.trimEnd().split("\n"));
  expect(lines).toEqual([...runElsewhere.keys()]);
});

test("every problem is documented with its status", () => {
  const rows = [...readme.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map((row) => [row[1], Number(row[2])]);
  expect(rows).toEqual(Object.entries(problemKinds).map(([kind, { status }]) => [kind, status]));
});

test("every operation is documented", () => {
  for (const { method, path } of operations) {
    const shown = path.replace("+}", "}");
    const tail = shown.split("/").at(-1);
    const isShown = readme.includes(`\`${method} ${shown}\``) || readme.includes(`\`/${tail}\``);
    expect(isShown, `${method} ${shown}`).toBe(true);
  }
});

test("every setting is documented", () => {
  const sources = ["infra/local/start.ts", "infra/ops/open-stack.ts", "functions/http/read-setting.ts"].map((name) =>
    readFileSync(join(root, name), "utf8"),
  );
  const settings = new Set(
    sources.flatMap((source) =>
      [...source.matchAll(/process\.env\["([A-Z0-9_]+)"\]|"([A-Z]+_(?:TABLE|BUCKET))"/g)].map(
        (found) => found[1] ?? found[2],
      ),
    ),
  );
  expect(settings.size).toBeGreaterThan(4);
  for (const setting of settings) expect(readme).toContain(`\`${setting}\``);
});

test("every link leads somewhere", () => {
  const targets = [...readme.matchAll(/\]\(([^)]+)\)/g)].map((link) => link[1] ?? "");
  const headings = [...readme.matchAll(/^#+ (.+)$/gm)].map((heading) => heading[1]?.toLowerCase().replaceAll(" ", "-"));
  for (const target of targets.filter((link) => link.startsWith("#"))) expect(headings).toContain(target.slice(1));
  for (const target of targets.filter((link) => !/^(?:http|#)/.test(link)))
    expect(() => readFileSync(join(root, target))).not.toThrow();
});
