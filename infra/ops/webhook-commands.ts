import { type Command, InvalidArgumentError } from "commander";
import { ArticleEvent } from "../../shared/api/event.ts";
import type { EventFilter, ParkedEvent } from "../../shared/stores/subscriber-record.ts";
import {
  addSubscriber,
  dropParked,
  listParkedEvents,
  listSubscribers,
  pauseSubscriber,
  redriveParked,
  removeSubscriber,
  resumeSubscriber,
  revokeSubscriberSecret,
  rotateSubscriberSecret,
  type ShownSubscriber,
  showSubscriber,
  testSubscriber,
} from "./manage-webhooks.ts";
import type { OpenStack } from "./open-stack.ts";
import { renderTable } from "./render-table.ts";

type Run = <T>(command: Command, work: (stack: OpenStack) => Promise<T>, show: (result: T) => string) => Promise<void>;

interface AddOptions {
  readonly types?: string[];
  readonly partner?: string[];
  readonly source?: string[];
  readonly language?: string[];
  readonly from: "beginning" | "now";
}

/** The commands for subscribers to events. */
export function addWebhookCommands(program: Command, run: Run): void {
  const webhooks = program.command("webhooks").description("subscribers that are told of what happens to articles");

  webhooks
    .command("add <url>")
    .description("add a subscriber and show its secret, once; without filters it is told of everything")
    .option("--types <types>", "created, updated, duplicate, retracted, clusterChanged; with commas between", readTypes)
    .option("--partner <name>", "of this partner; may be repeated", collect)
    .option("--source <source>", "of this source; may be repeated", collect)
    .option("--language <language>", "in this language; may be repeated", collect)
    .option("--from <place>", "what has happened since the beginning, or from now on", readPlace, "now")
    .action((url: string, { types, partner, source, language, from }: AddOptions, command: Command) => {
      const wanted = { types, partners: partner, sources: source, languages: language };
      const filter = Object.fromEntries(
        Object.entries(wanted).filter(([, value]) => value !== undefined),
      ) as EventFilter;
      return run(command, (stack) => addSubscriber(stack, url, { filter, from }), showSecret);
    });

  webhooks
    .command("list")
    .description("list the subscribers, and how they are")
    .action((_options: object, command: Command) =>
      run(command, listSubscribers, ({ subscribers }) =>
        subscribers.length === 0
          ? "There is no subscriber yet. Add one: webhooks add URL"
          : renderTable(
              ["subscriber", "address", "wants", "state", "parked"],
              subscribers.map((one) => [one.id, one.url, describeFilter(one.filter), describeState(one), one.parked]),
            ),
      ),
    );

  webhooks
    .command("show <id>")
    .description("show a subscriber: its state, and the IDs of its secrets")
    .action((id: string, _options: object, command: Command) =>
      run(command, (stack) => showSubscriber(stack, id), renderSubscriber),
    );

  webhooks
    .command("rotate <id>")
    .description("give a subscriber a second secret; everything is signed with both until one is revoked")
    .action((id: string, _options: object, command: Command) =>
      run(command, (stack) => rotateSubscriberSecret(stack, id), showSecret),
    );

  webhooks
    .command("revoke <id> <secretId>")
    .description("end a secret, at the latest within a minute")
    .action((id: string, secretId: string, _options: object, command: Command) =>
      run(
        command,
        (stack) => revokeSubscriberSecret(stack, id, secretId),
        () => `Within a minute nothing is signed with the secret ${secretId} of ${id} any more.`,
      ),
    );

  webhooks
    .command("pause <id>")
    .description("send nothing more for now")
    .action((id: string, _options: object, command: Command) =>
      run(
        command,
        (stack) => pauseSubscriber(stack, id),
        () => `${id} is paused. What happens meanwhile is told when it is resumed.`,
      ),
    );

  webhooks
    .command("resume <id>")
    .description("go on where it stopped, at once")
    .action((id: string, _options: object, command: Command) =>
      run(
        command,
        (stack) => resumeSubscriber(stack, id),
        () => `${id} goes on where it stopped.`,
      ),
    );

  webhooks
    .command("remove <id>")
    .description("remove a subscriber, with what is parked for it")
    .action((id: string, _options: object, command: Command) =>
      run(
        command,
        (stack) => removeSubscriber(stack, id),
        ({ url, parked }) => `${id} (${url}) is removed, and ${parked.toLocaleString("en")} parked events with it.`,
      ),
    );

  webhooks
    .command("parked <id>")
    .description("list the events that could not be delivered, and those that stand behind them")
    .action((id: string, _options: object, command: Command) =>
      run(command, (stack) => listParkedEvents(stack, id), renderParked),
    );

  webhooks
    .command("redrive <id>")
    .description("send all that is parked again, in order")
    .action((id: string, _options: object, command: Command) => {
      const isQuiet = command.optsWithGlobals<{ json?: boolean }>().json === true || !process.stderr.isTTY;
      return run(
        command,
        (stack) =>
          redriveParked(stack, id, ({ delivered, failed, parked }) => {
            if (!isQuiet) process.stderr.write(`\r\u001b[K${delivered} delivered, ${failed} failed, ${parked} parked`);
          }).finally(() => {
            if (!isQuiet) process.stderr.write("\r\u001b[K");
          }),
        ({ isOver, delivered, failed, parked }) =>
          isOver
            ? renderTable(["delivered", "failed", "still parked"], [[delivered, failed, parked]])
            : `It is noted, and happens when the stack runs: ${parked} events are parked.`,
      );
    });

  webhooks
    .command("drop <id> <eventId>")
    .description("take an event off the list without sending it")
    .action((id: string, eventId: string, _options: object, command: Command) =>
      run(
        command,
        (stack) => dropParked(stack, id, eventId),
        ({ dropped }) => `${eventId} is dropped: ${dropped[0]?.type} of the article ${dropped[0]?.id}.`,
      ),
    );

  webhooks
    .command("test <id>")
    .description("send a test event, and show what came of it")
    .action((id: string, _options: object, command: Command) =>
      run(
        command,
        (stack) => testSubscriber(stack, id),
        ({ outcome }) => (outcome === "waits" ? "It is sent when the stack runs." : `The test event: ${outcome}.`),
      ),
    );
}

function showSecret({
  subscriber,
  secretId,
  secret,
}: {
  subscriber: string;
  secretId: string;
  secret: string;
}): string {
  return `${renderTable(["subscriber", "secret ID"], [[subscriber, secretId]])}

${secret}

This is the only time that the secret is shown. It signs after Standard Webhooks. Try it: webhooks test ${subscriber}`;
}

function describeFilter(filter: EventFilter): string {
  const parts = Object.entries(filter).map(([name, values]) => `${name} ${(values ?? []).join(",")}`);
  return parts.length === 0 ? "everything" : parts.join("; ");
}

function describeState({ paused, hold, dueAt, redrive, deliveredAt }: ShownSubscriber): string {
  if (paused !== undefined) return `paused ${paused.at}: ${paused.reason}`;
  if (redrive !== undefined) return "is being redriven";
  if (hold !== undefined) return `tried again at ${dueAt}: ${hold.fault}`;
  return deliveredAt === undefined ? "nothing delivered yet" : `delivered ${deliveredAt}`;
}

function renderSubscriber(subscriber: ShownSubscriber): string {
  const { id, url, filter, createdAt, position, parked, hold, deliveredAt, tested, redriven, secrets } = subscriber;
  return renderTable(
    ["subscriber", id],
    [
      ["address", url],
      ["since", createdAt],
      ["wants", describeFilter(filter)],
      ["state", describeState(subscriber)],
      ["place in the log", `${position.entry}:${position.read}`],
      ...(deliveredAt === undefined ? [] : [["delivered", deliveredAt]]),
      ...(hold === undefined ? [] : [["nothing since", `${hold.since}, ${hold.attempts} attempts`]]),
      ["parked", parked.toLocaleString("en")],
      ...(redriven === undefined
        ? []
        : [["redriven", `${redriven.at}  ${redriven.delivered} delivered, ${redriven.failed} failed`]]),
      ...(tested === undefined ? [] : [["tested", `${tested.at}  ${tested.outcome}`]]),
      ...(secrets ?? []).map((secret) => ["secret", `${secret.id}  ${secret.createdAt}`]),
    ],
  );
}

function renderParked({ parked }: { parked: readonly ParkedEvent[] }): string {
  if (parked.length === 0) return "Nothing is parked.";
  return renderTable(
    ["event", "type", "article", "revision", "tries", "since", "fault"],
    parked.map(({ event, tries, parkedAt, fault }) => [
      event.eventId,
      event.type,
      event.id,
      event.revision,
      tries,
      parkedAt,
      fault ?? "stands behind one of the same article",
    ]),
  );
}

function readTypes(value: string): string[] {
  const known: readonly string[] = ArticleEvent.shape.type.options;
  const types = value.split(",").map((type) => type.trim());
  const unknown = types.find((type) => !known.includes(type));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${known.join(", ")}.`);
  return types;
}

function readPlace(value: string): string {
  if (value !== "beginning" && value !== "now") throw new InvalidArgumentError("It must be beginning or now.");
  return value;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
