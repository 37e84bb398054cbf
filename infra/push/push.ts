import { createHash } from "node:crypto";
import { copyFile, mkdir, rename } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters, styleText } from "node:util";
import { Command, Option } from "commander";
import { listSources } from "./list-sources.ts";
import { postBatches } from "./post-batches.ts";
import { PushError } from "./push-error.ts";
import { openPushState } from "./push-state.ts";
import { renderOutcomes } from "./render-outcomes.ts";
import { type PushReport, runPush } from "./run-push.ts";
import { openSender } from "./send-items.ts";
import { showProgress } from "./show-progress.ts";
import { mediaTypes } from "./tell-format.ts";

interface Options {
  readonly to?: string;
  readonly key?: string;
  readonly type?: string;
  readonly dryRun?: boolean;
  readonly state: string;
  readonly failures?: string;
}

/** npm changes into the project; paths are meant from where the user stands. */
const here = process.env["INIT_CWD"] ?? process.cwd();

const program = new Command("push")
  .description(
    "Push articles: files of any format, directories of them, or standard input (-).\nSending again is always safe: what is there already is answered with unchanged.",
  )
  .argument("<inputs...>", "files, directories, or -")
  .addOption(new Option("--to <url>", "where the API is").env("API_URL"))
  .option("--key <key>", "the partner's key; better in the environment as PARTNER_KEY, where nobody sees it")
  .addOption(new Option("--type <media type>", "what the inputs are, where that cannot be told").choices(mediaTypes))
  .option("--dry-run", "have everything checked and answered, and nothing stored")
  .option("--failures <file>", "where to write what failed (default: failures.ndjson beside the state)")
  .option("--state <directory>", "where to keep how far it is, to go on there after Ctrl-C", ".local/push")
  .showHelpAfterError()
  .action(push);

async function push(inputs: string[], options: Options): Promise<void> {
  const { url, key } = readTarget(options);
  const stop = stopOnSignal();
  const found = await listSources(inputs, here);
  if (found.length === 0) throw new PushError(`There is nothing to push in ${inputs.join(", ")}.`);

  const stateDirectory = resolve(here, options.state);
  const keyHash = createHash("sha256").update(key).digest("hex");
  const identity = [url, keyHash, options.type ?? "", ...inputs.map((input) => resolve(here, input))];
  // What came by standard input does not come again, and a dry run leaves nothing to go on with.
  const canGoOn = options.dryRun !== true && !inputs.includes("-");
  const state = await openPushState(stateDirectory, identity, { canGoOn, now: () => new Date() });
  if (state.earlier !== undefined) say(`Going on where the run of ${state.earlier.startedAt} ended.`);

  const isKnown = found.every(({ bytes }) => bytes !== undefined);
  const progress = showProgress(isKnown ? found.reduce((sum, { bytes = 0 }) => sum + bytes, 0) : undefined);
  const sender = openSender({
    post: postBatches({
      url,
      key,
      // An empty variable is none.
      secret: process.env["PARTNER_SECRET"] || undefined,
      validateOnly: options.dryRun === true,
    }),
    patience: { random: Math.random, now: Date.now, sleep: (ms, signal) => sleep(ms, undefined, { signal }) },
    signal: stop,
    onWait: progress.waits,
  });
  const report = await runPush({
    sources: found,
    mediaType: options.type,
    sender,
    state,
    onRead: progress.read,
    onSettled: progress.settled,
  })
    .catch((error: unknown) => {
      if (stop.aborted) return undefined;
      throw error;
    })
    .finally(() => progress.end());
  if (report === undefined) {
    say(`Stopped. ${canGoOn ? "To go on from here, run the same command again." : ""}`);
    process.exitCode = 130;
    return;
  }
  await conclude(report, {
    isDryRun: options.dryRun === true,
    failuresFrom: state.failuresFile,
    failuresTo: resolve(here, options.failures ?? resolve(stateDirectory, "failures.ndjson")),
  });
  if (report.stopped === undefined) await state.forget();
}

function readTarget({ to, key = process.env["PARTNER_KEY"] }: Options): { url: string; key: string } {
  if (to === undefined || to === "") {
    throw new PushError("Where to? Name the API with --to, or in API_URL. For the local stack: source .local/env");
  }
  const url = URL.parse(to);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new PushError(
      `--to is ${JSON.stringify(to)}; it must be the URL of the API, for example http://127.0.0.1:4270`,
    );
  }
  if (key === undefined || key === "") {
    throw new PushError("A key is needed: set PARTNER_KEY. For the local stack: source .local/env");
  }
  const isLocal = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  if (url.protocol === "http:" && !isLocal)
    say(`${url.host} is asked without https: others on the way can read the key.`);
  return { url: to, key };
}

/** Ctrl-C ends it between two steps: what was answered is kept, and what is under way will be sent again. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => controller.abort());
  return controller.signal;
}

interface Ending {
  readonly isDryRun: boolean;
  readonly failuresFrom: string;
  readonly failuresTo: string;
}

/** Shows what became of everything, and what to do about the rest. */
async function conclude(report: PushReport, { isDryRun, failuresFrom, failuresTo }: Ending): Promise<void> {
  const failed = report.files.reduce((sum, { outcomes }) => sum + (outcomes["failed"] ?? 0), 0);
  process.stdout.write(`${printable(renderOutcomes(report.files))}\n`);
  if (isDryRun) say("This was a dry run: nothing was stored.");
  if (report.stopped !== undefined) say(`${styleText("red", "Stopped:")} ${printable(report.stopped)}`);
  if (failed > 0) {
    await mkdir(dirname(failuresTo), { recursive: true });
    // What failed in an earlier run may not have been mended yet, and of standard input there is no other copy.
    await rename(failuresTo, failuresTo.replace(/(?:\.ndjson)?$/, ".before.ndjson")).catch(ignoreMissing);
    await copyFile(failuresFrom, failuresTo);
    for (const { place, problem } of report.firstFailures) {
      const where = place.line === undefined ? `item ${place.index + 1}` : `line ${place.line}`;
      say(`  ${printable(place.file)}, ${where}: ${printable(problem.detail)}`);
    }
    const more = failed - report.firstFailures.length;
    if (more > 0) say(`  … and ${more.toLocaleString("en")} more`);
    const shown = relative(here, failuresTo);
    say(`\nWhat failed, with its problems, is in ${shown}. Mend it there, and: npm run push -- ${shown}`);
  }
  process.exitCode = failed > 0 || report.stopped !== undefined ? 1 : 0;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** Names of files and words of a server could move the cursor. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  return stripVTControlCharacters(text).replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "�");
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

program.parseAsync().catch((error: Error) => {
  say(error instanceof PushError ? error.message : (error.stack ?? error.message));
  process.exitCode = 1;
});
