import { readFileSync } from "node:fs";
import type { Argument, Command, Option } from "commander";
import { describe, expect, test } from "vitest";
import { program } from "../../../infra/ops/ops.ts";

const listAll = (command: Command): Command[] => [command, ...command.commands.flatMap(listAll)];
const nameOf = (command: Command): string =>
  command.parent === null ? "" : `${nameOf(command.parent)} ${command.name()}`.trim();

const withDefaults = listAll(program).flatMap((command) =>
  [...command.options, ...command.registeredArguments]
    .filter((one) => one.defaultValue !== undefined && typeof one.defaultValue !== "boolean")
    .map((one) => [nameOf(command), one.name(), one] as const),
);

test.each(withDefaults)("%s %s: what help shows as the default can be typed", (_command, _name, one) => {
  const shown = one.defaultValueDescription ?? String(one.defaultValue);
  expect(readValue(one, shown)).toEqual(one.defaultValue);
});

test("help shows no default of what takes no value", () => {
  for (const command of listAll(program))
    expect(command.helpInformation(), nameOf(command)).not.toMatch(/default:\s+false/);
});

function readValue({ parseArg }: Option | Argument, typed: string): unknown {
  return parseArg === undefined ? typed : parseArg(typed, undefined as never);
}

describe("the runbook", () => {
  const runbook = readFileSync(new URL("../../../infra/RUNBOOK.md", import.meta.url), "utf8");
  const names = program.commands.map((command) => command.name());
  const placeholders: Readonly<Record<string, string>> = {
    DAY: "2026-11-23",
    NAME: "gazette",
    "copydesk-STAGE": "copydesk-prod",
  };
  /** What stands as code and begins with one of the commands, or with how ops is called. */
  const lines = [...runbook.matchAll(/^```\w*\n(.*?)^```|`([^`]+)`/gms)]
    .flatMap(([, block, code = ""]) => block?.trimEnd().split("\n") ?? code.replace(/\s+/g, " "))
    .map((code) => code.replace(/^(npm run ops --|ops) /, "ops "))
    .filter((code) => code.startsWith("ops ") || names.some((name) => code.startsWith(`${name} `)))
    .map((code) => code.replace(/^ops /, ""));

  test("names commands", () => {
    // One that was renamed is found by nothing else, where it stands without ops before it.
    const named = [
      "failures",
      "imports",
      "partner",
      "key",
      "webhooks",
      "search",
      "erase",
      "reprocess",
      "sweep",
      "grow",
    ];
    const found = lines.map((line) => line.replace(/^--stack \S+ /, "").split(" ")[0]);
    expect(found).toEqual(expect.arrayContaining(named));
  });

  test.each([...new Set(lines)])("%s can be typed", (line) => {
    expect(findFault(line.split(" ").map((word) => placeholders[word] ?? word))).toBeUndefined();
  });

  test.each([
    ["failures look", "failures"],
    ["failures show", "failures show takes 1"],
    ["failures show ID OTHER", "failures show takes 1"],
    ["failures redrive --all", "--all"],
    ["failures list --limit many", "whole number"],
    ["reprocess --to 2026-11-23", "--from"],
    ["grow tomorrow --shards 8", "a day"],
    ["grow 2026-11-23", "--shards"],
    ["export --from 2026-11-23 --format csv", "parquet, ndjson"],
  ])("would be found wrong with %s", (line, words) => {
    expect(findFault(line.split(" "))).toContain(words);
  });
});

/** What the command line has against it, without doing anything. */
function findFault(words: readonly string[]): string | undefined {
  const said: string[] = [];
  for (const command of listAll(program)) {
    command
      .exitOverride()
      .configureOutput({ writeErr: (text) => said.push(text), writeOut: (text) => said.push(text) });
  }
  try {
    let [command, rest] = [program, words];
    for (;;) {
      const { operands, unknown } = command.parseOptions([...rest]);
      rest = [...operands, ...unknown];
      if (command.commands.length === 0) return findFaultOf(command, rest, words);
      const next = command.commands.find((one) => one.name() === rest[0]);
      if (next === undefined) return `${nameOf(command)} has no command ${rest[0]}`;
      [command, rest] = [next, rest.slice(1)];
    }
  } catch (error) {
    return `${(error as Error).message} ${said.join("")}`;
  }
}

function findFaultOf(command: Command, rest: readonly string[], words: readonly string[]): string | undefined {
  const unknown = rest.find((word) => word.startsWith("-"));
  if (unknown !== undefined) return `${nameOf(command)} has no option ${unknown}`;
  const all = command.registeredArguments;
  if (rest.length > all.length || rest.length < all.filter(({ required }) => required).length)
    return `${nameOf(command)} takes ${all.length}`;
  for (const [index, word] of rest.entries()) readValue(all[index] as Argument, word);
  const left = command.options.find(({ mandatory, long = "" }) => mandatory && !words.includes(long ?? ""));
  return left && `${nameOf(command)} lacks ${left.long}`;
}
