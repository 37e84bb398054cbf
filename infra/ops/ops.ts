import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { Command, Help, InvalidArgumentError, Option } from "commander";
import type { Scope } from "../../shared/api/operation.ts";
import type { PartnerTable } from "../../shared/stores/partner-table.ts";
import { dayOf, maxTimelineShards } from "../../shared/stores/table-keys.ts";
import { endOnSignals } from "../local/make-scratch-directory.ts";
import { type CapacityMode, capacityModes } from "../table-capacity.ts";
import { estimateCost, readMix, renderCost, tellMix } from "./cost/estimate-cost.ts";
import { usualMix } from "./cost/make-submissions.ts";
import { type EraseCommand, listAllErasures, previewErase, runErase } from "./erase/run-erase.ts";
import { isErased, showErasure, showErasures } from "./erase/show-erasure.ts";
import { explainAwsFault } from "./explain-aws-fault.ts";
import { checkDays, isDay } from "./export/day-range.ts";
import { exportArticles } from "./export/export-articles.ts";
import { type DocumentPart, documentParts } from "./export/export-columns.ts";
import {
  dropFailure,
  dropFailuresBefore,
  type Failures,
  listFailures,
  redriveFailures,
  showFailure,
  stopTaking,
} from "./failures/manage-failures.ts";
import { showFailureInFull, showFailures, showRedriven } from "./failures/show-failures.ts";
import { listOpenImports, showImport } from "./manage-imports.ts";
import { addPartner, type IssuedKey, issueFirstKey, OpsError, revokeKey, rotateKey } from "./manage-keys.ts";
import { changeSettings, type QuotaChange, type SettingsChange, showPartner } from "./manage-settings.ts";
import { addSecret, revokeSecret } from "./manage-signing.ts";
import { addSubscription, endSubscription, listSubscriptions, renewSubscriptions } from "./manage-subscriptions.ts";
import { type OpenStack, openStack } from "./open-stack.ts";
import { type RebuildProgress, rebuildSearch } from "./rebuild-search.ts";
import { renderTable } from "./render-table.ts";
import { type ReprocessCommand, runReprocess } from "./reprocess/run-reprocess.ts";
import { showReprocess } from "./reprocess/show-reprocess.ts";
import { showProgress } from "./show-progress.ts";
import { showSweep } from "./sweep/show-sweep.ts";
import { sweep } from "./sweep/sweep.ts";
import { addWebhookCommands } from "./webhook-commands.ts";

interface CommonOptions {
  readonly json?: boolean;
  readonly stack?: string;
  readonly directory: string;
}

interface CostCommand {
  readonly submissions: number;
  readonly mix: typeof usualMix;
  readonly batch?: number;
  readonly capacity: CapacityMode;
  readonly traced: boolean;
}

interface ExportCommand {
  readonly from: string;
  readonly to?: string;
  readonly format: "parquet" | "ndjson";
  readonly output: string;
  readonly with?: readonly DocumentPart[];
  readonly partner?: string;
  readonly source?: string;
  readonly language?: string;
  readonly duplicates: "include" | "exclude";
  readonly again: boolean;
}

/** Nobody can type the default of a flag, so it is not shown. */
function describeOption(option: Option): string {
  return option.isBoolean() ? option.description : new Help().optionDescription(option);
}

/** The command line. It runs where this file is the one that is run. */
export const program = new Command("ops")
  .description("Run a Copydesk stack: the local one, or a deployed one by its name.")
  .option("--stack <name>", "a deployed stack, for example copydesk-prod; without it, the local one")
  .option("--directory <path>", "where the data of the local stack lies", ".local")
  .option("--json", "print one JSON object and nothing else")
  .configureHelp({ showGlobalOptions: true, optionDescription: describeOption })
  .showHelpAfterError();

const partner = program.command("partner").description("who may submit and read");
const key = program.command("key").description("the keys of partners");
const websub = program.command("websub").description("subscriptions to partners' feeds, delivered by hubs");
const imports = program.command("imports").description("files that are worked off in the background");
const search = program.command("search").description("the full text index");
const failures = program.command("failures").description("work that was tried too often in vain");
const signing = program.command("signing").description("the secrets with which partners sign");

partner
  .command("add <name>")
  .description("add a partner and show its first key, once")
  .requiredOption("--scope <scope>", "submit or read; may be repeated", collectScope)
  .action((name: string, { scope }: { scope: Scope[] }, command: Command) =>
    run(command, (partners) => addPartner(partners, name, scope), showKey),
  );

partner
  .command("list")
  .description("list partners with their live keys")
  .action((_options: object, command: Command) =>
    run(
      command,
      async (partners) => ({
        partners: (await partners.listPartners()).map(({ version: _version, ...shown }) => shown),
      }),
      ({ partners }) => {
        const rows = partners.flatMap(({ name, keys }) =>
          keys.length === 0
            ? [[name, "(no live key)", "", ""]]
            : keys.map(({ keyId, scopes, createdAt }) => [name, keyId, scopes.join(" "), createdAt]),
        );
        return rows.length === 0
          ? "There is no partner yet. Add one: partner add NAME --scope submit"
          : renderTable(["partner", "key", "scopes", "since"], rows);
      },
    ),
  );

partner
  .command("show <name>")
  .description("show a partner: its keys, and what is set for it")
  .action((name: string, _options: object, command: Command) =>
    run(command, (partners) => showPartner(partners, name), renderPartner),
  );

partner
  .command("set <name>")
  .description("change what is set for a partner; functions that know it follow within a minute")
  .option("--per-minute <articles>", "articles a minute on average, or default", readLimit)
  .option("--burst <articles>", "articles at once, or default", readLimit)
  .option("--daily-articles <articles>", "articles a day (UTC), or default", readLimit)
  .option("--signed <yes|no>", "whether requests must be signed", readYesOrNo)
  .option("--rules <file>", "boilerplate and defaults of its articles, as JSON, or default", readRules)
  .action((name: string, { rules, signed, ...quota }: SettingsChange & QuotaChange, command: Command) =>
    run(command, (partners) => changeSettings(partners, name, { quota, rules, signed }), renderPartner),
  );

key
  .command("rotate <partner>")
  .description("give a partner a second key; the one before works until it is revoked")
  .action((name: string, _options: object, command: Command) =>
    run(command, (partners) => rotateKey(partners, name), showKey),
  );

key
  .command("issue <partner>")
  .description("give a partner without a live key a new one")
  .requiredOption("--scope <scope>", "submit or read; may be repeated", collectScope)
  .action((name: string, { scope }: { scope: Scope[] }, command: Command) =>
    run(command, (partners) => issueFirstKey(partners, name, scope), showKey),
  );

key
  .command("revoke <keyId>")
  .description("end a key, at the latest within a minute")
  .action((keyId: string, _options: object, command: Command) =>
    run(
      command,
      (partners) => revokeKey(partners, keyId),
      ({ partner }) =>
        `The key ${keyId} of ${partner} is revoked. Functions that have just seen it may take it for a minute more.`,
    ),
  );

signing
  .command("add <partner>")
  .description("give a partner a secret to sign its requests with, beside the one that it may have")
  .action((name: string, _options: object, command: Command) =>
    run(
      command,
      (partners) => addSecret(partners, name),
      ({ secretId, secret }) => `${renderTable(["partner", "secret ID"], [[name, secretId]])}

${secret}

This is the only time that the secret is shown. It signs after Standard Webhooks. Once the partner signs all of its requests:
partner set ${name} --signed yes`,
    ),
  );

signing
  .command("revoke <partner> <secretId>")
  .description("end a secret, at the latest within a minute")
  .action((name: string, secretId: string, _options: object, command: Command) =>
    run(
      command,
      (partners) => revokeSecret(partners, name, secretId),
      () =>
        `The secret ${secretId} of ${name} is revoked. Functions that have just seen it may take it for a minute more.`,
    ),
  );

websub
  .command("add <partner>")
  .description("subscribe to a topic of the partner's hub, which then delivers to a callback of ours")
  .requiredOption("--topic <url>", "what to subscribe to: the feed's own address, its link with rel=self")
  .requiredOption("--hub <url>", "the feed's link with rel=hub")
  .action((name: string, options: { topic: string; hub: string }, command: Command) =>
    run(
      command,
      (_partners, desk) => addSubscription(desk, name, options),
      ({ subscription, callback }) => `${renderTable(["partner", "subscription"], [[name, subscription]])}

${callback}

The hub is asked to deliver there. It asks back whether that is meant; websub list shows when it has done so.`,
    ),
  );

websub
  .command("list")
  .description("list the subscriptions, and until when the hubs deliver")
  .action((_options: object, command: Command) =>
    run(
      command,
      (_partners, desk) => listSubscriptions(desk),
      ({ subscriptions }) =>
        renderTable(
          ["partner", "subscription", "topic", "state"],
          subscriptions.map((one) => [one.partner, one.id, one.topic, describeState(one)]),
        ),
    ),
  );

websub
  .command("renew")
  .description("ask the hubs anew for what ends soon, or was never confirmed; daily, for example from cron")
  .option("--within-days <days>", "that end within so many days", readDays, 3)
  .action(({ withinDays }: { withinDays: number }, command: Command) =>
    run(
      command,
      (_partners, desk) => renewSubscriptions(desk, withinDays, new Date()),
      ({ renewed }) =>
        renderTable(
          ["partner", "subscription", "answer"],
          renewed.map(({ partner, subscription, fault }) => [partner, subscription, fault ?? "the hub was asked"]),
        ),
    ),
  );

websub
  .command("end <subscription>")
  .description("take nothing more from a subscription, and ask the hub to end it")
  .action((id: string, _options: object, command: Command) =>
    run(
      command,
      (_partners, desk) => endSubscription(desk, id),
      ({ partner }) => `Nothing more is taken from the subscription ${id} of ${partner}; the hub was asked to end it.`,
    ),
  );

imports
  .command("list")
  .description("list the imports that are being worked on or are parked")
  .action((_options: object, command: Command) =>
    run(
      command,
      (_partners, stack) => listOpenImports(stack.imports, new Date()),
      (found) =>
        found.imports.length === 0
          ? "Nothing is being imported."
          : renderTable(
              ["import", "partner", "state", "items", "since", "fault"],
              found.imports.map(({ id, partner, state, position, startedAt, fault }) => [
                id,
                partner,
                state,
                position.items.toLocaleString("en"),
                startedAt ?? "",
                fault?.message.slice(0, 80) ?? "",
              ]),
            ),
    ),
  );

imports
  .command("show <id>")
  .description("show how far an import is, and what kept it")
  .action((id: string, _options: object, command: Command) =>
    run(
      command,
      (_partners, stack) => showImport(stack.imports, id, new Date()),
      ({ partner, state, contentType, contentLength, position, counts, attempt, fault, faults, problem }) =>
        renderTable(
          ["import", id],
          [
            ["partner", partner],
            ["state", state],
            ["file", `${contentType}, ${contentLength.toLocaleString("en")} bytes`],
            ["items", position.items.toLocaleString("en")],
            ...Object.entries(counts).map(([outcome, count]) => [outcome, count.toLocaleString("en")]),
            ...(attempt === undefined ? [] : [["attempt", String(attempt)]]),
            ...(fault === undefined ? [] : [["fault", `${fault.at}  ${fault.message}`]]),
            ...(faults === undefined ? [] : [["not in yet", `items ${faults.join(", ")}`]]),
            ...(problem === undefined ? [] : [["problem", problem.detail]]),
          ],
        ),
    ),
  );

failures
  .command("list")
  .description("list what has failed for good: it waits for two weeks")
  .option("--limit <count>", "at most so many of each kind", readCount, 100)
  .action(({ limit }: { limit: number }, command: Command) =>
    run(command, (_partners, stack) => untilStopped(stack.failures, (all) => listFailures(all, limit)), showFailures),
  );

failures
  .command("show <id>")
  .description("show a failure with its whole message")
  .action((id: string, _options: object, command: Command) =>
    run(command, (_partners, stack) => untilStopped(stack.failures, (all) => showFailure(all, id)), showFailureInFull),
  );

failures
  .command("redrive [id]")
  .description("have the work done again that failed, one or all; a parked import goes on where it stopped")
  .action((id: string | undefined, _options: object, command: Command) =>
    run(
      command,
      async (_partners, { failures, now }) => {
        const context = { progress: showProgress(), now };
        const redriven = await untilStopped(failures, (all) => redriveFailures(all, id, context));
        if (Object.keys(redriven.held).length > 0) process.exitCode = 1;
        return redriven;
      },
      showRedriven,
    ),
  );

failures
  .command("drop <id>")
  .description("give a failure up: its work is not done")
  .action((id: string, _options: object, command: Command) =>
    run(
      command,
      (_partners, stack) => untilStopped(stack.failures, (all) => dropFailure(all, id)),
      ({ of }) => `The failure ${id} of ${of} is dropped.`,
    ),
  );

/** Ctrl-C lets go of what is held, and ends the command; a second one ends it at once. */
async function untilStopped<T>(failures: Failures, work: (failures: Failures) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = () => {
    process.exitCode = 130;
    stopping.abort(new OpsError("\nEnded. What was held is let go of."));
  };
  process.once("SIGINT", stop);
  return work(stopTaking(failures, stopping.signal)).finally(() => process.off("SIGINT", stop));
}

program
  .command("grow")
  .argument("<day>", "the day (UTC)", readDay)
  .description("spread the lists of a day over more partitions, from now on; it never shrinks")
  .requiredOption("--shards <count>", `each takes a thousand articles a second; up to ${maxTimelineShards}`, readShards)
  .action((day: string, { shards }: { shards: number }, command: Command) =>
    run(
      command,
      async (_partners, { timeline }) => ({
        day,
        shards,
        grown: await timeline.growDay(day, shards),
      }),
      ({ grown }) =>
        grown
          ? `What comes for ${day} from now on is spread over ${shards} shards. For the days to come: -c timelineShards=${shards}`
          : `The lists of ${day} are spread over as many shards already, or more.`,
    ),
  );

program
  .command("export")
  .description("write articles to files, one for each day; a run that was ended goes on where it was")
  .requiredOption("--from <day>", "the first day (UTC), by the time by which articles are listed", readDay)
  .option("--to <day>", "the last day; today where it is absent", readDay)
  .addOption(new Option("--format <format>", "what analysts load").choices(["parquet", "ndjson"]).default("parquet"))
  .option("--output <directory>", "where the files go", "export")
  .option("--with <parts>", "also text, html or both: text,html", readParts)
  .option("--partner <name>", "only of this partner")
  .option("--source <source>", "only of this source")
  .option("--language <language>", "only in this language; de also finds de-AT")
  .addOption(new Option("--duplicates <which>", "copies too").choices(["include", "exclude"]).default("include"))
  .option("--again", "also the days that are done: what came or changed since then is in, too", false)
  .action((options: ExportCommand, command: Command) =>
    run(
      command,
      (_partners, stack) => {
        const { from, format, output, with: parts = [], partner, source, language, duplicates, again } = options;
        const { to = today() } = options;
        checkDays(from, to);
        const filters = { partner, source, language, duplicates };
        return exportArticles(
          { from, to, format, parts, filters, directory: resolve(output), again },
          { ...stack, now: () => new Date() },
          showProgress(),
        );
      },
      ({ directory, days, daysBefore, articles, bytes, unsafeIds }) =>
        [
          renderTable(["days", "done before", "articles", "bytes"], [[days, daysBefore, articles, bytes]]),
          `The files lie in ${directory}.`,
          ...(unsafeIds.length === 0 ? [] : [`Without text and HTML, which are not safe: ${unsafeIds.join(" ")}`]),
        ].join("\n"),
    ),
  );

program
  .command("cost")
  .description("what a month would cost on AWS, counted in a run of the local stack made now")
  .option("--submissions <number>", "so many in the month", readSubmissions, 1_000_000)
  .addOption(new Option("--mix <shares>", "in percent").argParser(readMix).default(usualMix, tellMix(usualMix)))
  .option(
    "--batch <number>",
    "so many of a partner's in a request, up to 100; one by one where it is absent",
    readBatch,
  )
  .addOption(
    new Option("--capacity <mode>", "of the tables, as with -c capacity=").choices(capacityModes).default("on-demand"),
  )
  .option("--traced", "as with -c tracing=on", false)
  .action(async (options: CostCommand, command: Command) => {
    const { json, stack, directory } = command.optsWithGlobals<CommonOptions>();
    if (stack !== undefined)
      throw new OpsError("cost counts in a run of the local stack, and asks no deployed one. Leave out --stack.");
    const { traced, ...asked } = options;
    endOnSignals();
    const progress = showProgress();
    const onProgress = (line: string) => progress.update(line);
    const estimate = await estimateCost({
      ...asked,
      isTraced: traced,
      directory: resolve(directory),
      onProgress,
    }).finally(() => progress.end());
    process.stdout.write(`${json === true ? JSON.stringify(estimate) : renderCost(estimate)}\n`);
  });

search
  .command("rebuild")
  .description("take all articles into the index again, by the stream; Ctrl-C ends it and says how to go on")
  .option("--from <entry>", "go on after a break", readEntry, 1)
  .action(({ from }: { from: number }, command: Command) =>
    run(
      command,
      (_partners, stack) => rebuild(stack, from),
      ({ touched, entry, lastEntry, dropped }) =>
        entry > lastEntry
          ? `${touched.toLocaleString("en")} articles are on their way into the index; the last are found in a minute or so.${dropped === 0 ? "" : ` ${dropped.toLocaleString("en")} dead letters of Search were about them, and are dropped.`}`
          : `${touched.toLocaleString("en")} articles are on their way into the index. Go on with: search rebuild --from ${entry}`,
    ),
  );

async function rebuild(stack: OpenStack, from: number): Promise<RebuildProgress & { readonly dropped: number }> {
  if (stack.searchIndex === undefined)
    throw new OpsError("The stack has no search. Turn it on: cdk deploy -c search=on");
  const startedAt = new Date();
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once("SIGINT", stop);
  const progress = showProgress();
  const onProgress = ({ touched, entry, lastEntry }: RebuildProgress) => {
    const share = Math.min(100, Math.floor((100 * (entry - 1)) / Math.max(1, lastEntry)));
    progress.update(`${share} %, ${touched.toLocaleString("en")} articles`);
  };
  const rebuilt = await rebuildSearch(
    { articles: stack.articles, changes: stack.changes, now: () => new Date() },
    { from, signal: stopping.signal, onProgress },
  );
  progress.end();
  process.off("SIGINT", stop);
  // After a break, a letter may be about an article that was taken in before it failed.
  const isWhole = from === 1 && rebuilt.entry > rebuilt.lastEntry;
  return { ...rebuilt, dropped: isWhole ? await dropFailuresBefore(stack.failures, "Search", startedAt) : 0 };
}

function readEntry(value: string): number {
  if (!/^[1-9]\d{0,11}$/.test(value)) throw new InvalidArgumentError("It must be the number that was shown.");
  return Number(value);
}

addWebhookCommands(program, (command, work, show) => run(command, (_partners, stack) => work(stack), show));

program
  .command("erase")
  .description(
    "erase an article, or a partner with all that it has sent, from every store, and look again whether it is gone",
  )
  .addOption(new Option("--article <id>", "an article, by its ID").conflicts("partner"))
  .option("--partner <name>", "a partner")
  .requiredOption("--reason <text>", "why; it is kept, so without anything of the content")
  .option("--by <name>", "who; kept, too", userInfo().username)
  .option("--yes", "do it, and do not only look for what would be erased", false)
  .action((options: EraseCommand & { readonly yes: boolean }, command: Command) =>
    run(
      command,
      async (_partners, stack) => {
        process.once("SIGINT", () => {
          process.stderr.write(
            options.yes
              ? "\nEnded. What is gone stays so, the rest is still there: the same command goes on.\n"
              : "\nEnded. Nothing was erased.\n",
          );
          process.exit(130);
        });
        const report = await (options.yes ? runErase : previewErase)(options, stack, showProgress());
        if (!isErased(report)) process.exitCode = 1;
        return report;
      },
      showErasure,
    ),
  );

program
  .command("erasures")
  .description("the log of erasures, which says who erased what, when and why")
  .command("list")
  .description("list all erasures, by time; below each, the runs that took it up again")
  .action((_options: object, command: Command) =>
    run(command, (_partners, stack) => listAllErasures(stack.erasures), showErasures),
  );

program
  .command("reprocess")
  .description("derive articles anew from their raw bytes, where they were derived by other rules than today's")
  .requiredOption("--from <day>", "the first day (UTC), by the time by which articles are listed", readDay)
  .option("--to <day>", "the last day; today where it is absent", readDay)
  .option("--partner <name>", "only of this partner")
  .option("--per-second <articles>", "at most so many in a second", readCount, 50)
  .option("--dry-run", "only say what would become another")
  .action((options: ReprocessCommand, command: Command) =>
    run(
      command,
      async (_partners, opened) => {
        const { stack, directory } = command.optsWithGlobals<CommonOptions>();
        process.once("SIGINT", () => {
          process.stderr.write(options.dryRun ? "\nEnded.\n" : "\nEnded. The same command goes on where it was.\n");
          process.exit(130);
        });
        const place = { stackName: stack, directory: resolve(directory), progress: showProgress() };
        const report = await runReprocess(options, opened, place);
        if (report.haveRulesChanged) process.exitCode = 1;
        return report;
      },
      (report) => showReprocess(report, options.dryRun === true),
    ),
  );

program
  .command("sweep")
  .description("remove raw objects that no article refers to: what submissions have left that never came to their end")
  .addOption(
    new Option("--older-than <time>", "only what is older, in days or hours: 7d, 36h")
      .argParser(readTime)
      .default(7 * 86_400_000, "7d"),
  )
  .option("--dry-run", "only say what would be removed", false)
  .action(({ olderThan, dryRun }: { olderThan: number; dryRun: boolean }, command: Command) =>
    run(
      command,
      (_partners, stack) =>
        sweep({ graceMs: olderThan, isDryRun: dryRun }, { ...stack, seed: randomUUID() }, showProgress()),
      showSweep,
    ),
  );

/** Does the work on the stack that the options name, and shows the result in one of two ways. */
async function run<T>(
  command: Command,
  work: (partners: PartnerTable, stack: OpenStack) => Promise<T>,
  show: (result: T) => string,
): Promise<void> {
  const { json, stack, directory } = command.optsWithGlobals<CommonOptions>();
  const opened = await openStack({ stackName: stack, directory: resolve(directory) });
  try {
    const result = await work(opened.partners, opened);
    process.stdout.write(`${json === true ? JSON.stringify(result) : show(result)}\n`);
  } finally {
    await opened.close();
  }
}

function showKey({ partner, keyId, scopes, key }: IssuedKey): string {
  return `${renderTable(["partner", "key ID", "scopes"], [[partner, keyId, scopes.join(" ")]])}

${key}

This is the only time that the key is shown. Send it as: Authorization: Bearer KEY`;
}

function renderPartner({
  name,
  createdAt,
  keys,
  quota,
  rules,
  signing,
}: Awaited<ReturnType<typeof showPartner>>): string {
  const limit = (key: "perMinute" | "burst" | "dailyArticles") =>
    `${quota[key].toLocaleString("en")}${quota.set.includes(key) ? "" : " (default)"}`;
  return renderTable(
    ["partner", name],
    [
      ["since", createdAt],
      ...keys.map(({ keyId, scopes, createdAt }) => ["key", `${keyId}  ${scopes.join(" ")}  ${createdAt}`]),
      ["per minute", limit("perMinute")],
      ["burst", limit("burst")],
      ["daily articles", limit("dailyArticles")],
      ["signed", signing.isRequired ? "yes" : "no"],
      ...signing.secrets.map(({ id, createdAt }) => ["secret", `${id}  ${createdAt}`]),
      ...(rules?.boilerplate ?? []).map((pattern) => ["boilerplate", pattern]),
      ...Object.entries(rules?.defaults ?? {}).map(([field, value]) => [`default ${field}`, String(value)]),
    ],
  );
}

function readLimit(value: string): number | "default" {
  if (value === "default") return value;
  if (!/^\d{1,8}$/.test(value)) throw new InvalidArgumentError("It must be a whole number, or default.");
  return Number(value);
}

type Subscription = Awaited<ReturnType<typeof listSubscriptions>>["subscriptions"][number];

function describeState({ wanted, endedAt, deniedAt, deniedReason, leaseEndsAt }: Subscription): string {
  if (wanted === "unsubscribe") return endedAt === undefined ? "ended here; the hub was asked" : `ended ${endedAt}`;
  if (deniedAt !== undefined) return `denied ${deniedAt}: ${deniedReason}`;
  return leaseEndsAt === undefined ? "the hub has not confirmed it yet" : `until ${leaseEndsAt}`;
}

function readSubmissions(value: string): number {
  if (!/^[1-9]\d{0,11}$/.test(value)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(value);
}

/** A batch that is larger than what `push` sends is rarely seen, and the run would take long. */
function readBatch(value: string): number {
  const batch = readCount(value);
  if (batch < 2 || batch > 100) throw new InvalidArgumentError("It must be a whole number from 2 to 100.");
  return batch;
}

function readDays(value: string): number {
  if (!/^\d{1,4}$/.test(value)) throw new InvalidArgumentError("It must be a whole number of days.");
  return Number(value);
}

function readDay(value: string): string {
  if (!isDay(value)) throw new InvalidArgumentError("It must be a day, for example 2026-11-23.");
  return value;
}

function today(): string {
  return dayOf(new Date().toISOString());
}

function readCount(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError("It must be a whole number from 1.");
  return Number(value);
}

function readShards(value: string): number {
  const shards = readCount(value);
  if (shards > maxTimelineShards) throw new InvalidArgumentError(`It must be at most ${maxTimelineShards}.`);
  return shards;
}

/** Milliseconds. Nothing younger than an hour may go: its submission may still be under way. */
function readTime(value: string): number {
  const [, count, unit] = /^(\d{1,4})([dh])$/.exec(value) ?? [];
  const hours = Number(count) * (unit === "d" ? 24 : 1);
  if (!(hours >= 1)) throw new InvalidArgumentError("It must be a time of an hour or more, for example 7d or 36h.");
  return hours * 3_600_000;
}

function readParts(value: string): readonly DocumentPart[] {
  const parts = value.split(",");
  const found = documentParts.filter((part) => parts.includes(part));
  if (found.length !== parts.length) throw new InvalidArgumentError("It must be text, html, or text,html.");
  return found;
}

function readYesOrNo(value: string): boolean {
  if (value !== "yes" && value !== "no") throw new InvalidArgumentError("It must be yes or no.");
  return value === "yes";
}

function readRules(value: string): unknown {
  if (value === "default") return value;
  try {
    return JSON.parse(readFileSync(value, "utf8"));
  } catch (error) {
    throw new InvalidArgumentError(`It must be a file of JSON, or default: ${(error as Error).message}.`);
  }
}

function collectScope(value: string, before: Scope[] = []): Scope[] {
  if (value !== "submit" && value !== "read") throw new InvalidArgumentError("It must be submit or read.");
  return [...new Set<Scope>([...before, value])];
}

if (import.meta.main) {
  program.parseAsync().catch((error: Error) => {
    const isDeployed = program.opts<CommonOptions>().stack !== undefined;
    const told = error instanceof OpsError ? error.message : isDeployed ? explainAwsFault(error) : undefined;
    process.stderr.write(`${told ?? error.stack ?? error.message}\n`);
    process.exitCode ??= 1;
  });
}
