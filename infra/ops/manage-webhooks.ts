import { randomBytes } from "node:crypto";
import type { ArticleEvent } from "../../shared/api/event.ts";
import { findUrlFault } from "../../shared/events/webhook-url.ts";
import { type ChangeLog, logStart } from "../../shared/stores/change-log.ts";
import type { DeliveryQueue } from "../../shared/stores/delivery-queue.ts";
import type { EventFilter, SubscriberRecord, SubscriberSecrets } from "../../shared/stores/subscriber-record.ts";
import type { SubscriberChange, WebhookTable } from "../../shared/stores/webhook-table.ts";
import { makeWebhookSecret } from "../../shared/verify-webhook.ts";
import { OpsError } from "./manage-keys.ts";

/** What subscribers are managed with. */
export interface WebhookDesk {
  readonly webhooks: WebhookTable;
  readonly changes: Pick<ChangeLog, "findEnd">;
  readonly deliveries: DeliveryQueue;
  /** Whether everything runs on this machine, and subscribers may, too. */
  readonly isLocal: boolean;
  /** Absent while nothing runs: then what is asked for happens at the next start. */
  readonly apiUrl: string | undefined;
}

/** As with keys: the one in use, and the one that takes over from it. */
const maxLiveSecrets = 2;

/** How long a function may keep quiet before ops stops waiting for it; longer than it may live. */
const patienceMs = 150_000;

const pollMs = 250;

/** What may be shown of a subscriber. */
export type ShownSubscriber = Omit<SubscriberRecord, "lease" | "knockedAt" | "done"> & {
  readonly secrets?: readonly { readonly id: string; readonly createdAt: string }[];
};

/**
 * Adds a subscriber, which is told of what happens from now on, or of everything.
 *
 * @throws OpsError when nothing can be sent to its address
 */
export async function addSubscriber(
  desk: WebhookDesk,
  url: string,
  { filter, from }: { readonly filter: EventFilter; readonly from: "beginning" | "now" },
) {
  const fault = findUrlFault(url, desk.isLocal);
  if (fault !== undefined) throw new OpsError(`The address ${url} ${fault}.`);
  const id = randomBytes(8).toString("hex");
  const createdAt = new Date().toISOString();
  const secret = makeSecret(createdAt);
  const position = from === "now" ? await desk.changes.findEnd() : logStart;
  await desk.webhooks.addSubscriber(
    { id, url, filter, createdAt, position, parked: 0 },
    { secrets: [secret], version: 1 },
  );
  await desk.deliveries.sendSubscriber(id);
  return { subscriber: id, url, secretId: secret.id, secret: secret.secret };
}

export async function listSubscribers(desk: WebhookDesk): Promise<{ subscribers: ShownSubscriber[] }> {
  return { subscribers: (await desk.webhooks.listSubscribers()).map(show) };
}

/** A subscriber, with the IDs of its secrets. */
export async function showSubscriber(desk: WebhookDesk, id: string): Promise<ShownSubscriber> {
  const subscriber = await findSubscriber(desk, id);
  const { secrets } = await findSecrets(desk, id);
  return { ...show(subscriber), secrets: secrets.map(({ id, createdAt }) => ({ id, createdAt })) };
}

/** Gives a subscriber a second secret. Everything is signed with both until one is revoked. */
export async function rotateSubscriberSecret(desk: WebhookDesk, id: string) {
  const added = makeSecret(new Date().toISOString());
  await changeSecrets(desk, id, (secrets) => {
    if (secrets.length < maxLiveSecrets) return [...secrets, added];
    throw new OpsError(
      `${id} has ${maxLiveSecrets} secrets. Revoke one first: webhooks revoke ${id} ${secrets[0]?.id}.`,
    );
  });
  return { subscriber: id, secretId: added.id, secret: added.secret };
}

export async function revokeSubscriberSecret(desk: WebhookDesk, id: string, secretId: string) {
  await changeSecrets(desk, id, (secrets) => {
    const left = secrets.filter((secret) => secret.id !== secretId);
    if (left.length === secrets.length) throw new OpsError(`${id} has no secret ${secretId}. See webhooks show ${id}.`);
    if (left.length === 0) {
      throw new OpsError(`It is the last one, and nothing is sent unsigned. First: webhooks rotate ${id}.`);
    }
    return left;
  });
  return { subscriber: id, secretId };
}

/** What is being sent at this moment may still arrive; it is told again after the pause. */
export async function pauseSubscriber(desk: WebhookDesk, id: string) {
  const paused = { at: new Date().toISOString(), reason: "by ops" };
  await change(desk, id, { paused, lease: undefined });
  return { subscriber: id, paused };
}

/** Goes on where it stopped, at once, whatever was waited for. */
export async function resumeSubscriber(desk: WebhookDesk, id: string) {
  await change(desk, id, { paused: undefined, hold: undefined, dueAt: undefined });
  await desk.deliveries.sendSubscriber(id);
  return { subscriber: id };
}

export async function removeSubscriber(desk: WebhookDesk, id: string) {
  const { url, parked } = await findSubscriber(desk, id);
  await desk.webhooks.removeSubscriber(id);
  return { subscriber: id, url, parked };
}

/** The dead-letter list of a subscriber, in the order of the log. */
export async function listParkedEvents(desk: WebhookDesk, id: string) {
  await findSubscriber(desk, id);
  return { parked: await desk.webhooks.listParked(id) };
}

/**
 * Has all that is parked sent again, in order. Asked for twice it happens once; whoever stops watching does not stop it.
 *
 * @param watch is told how far it is
 * @throws OpsError when nothing happens for too long
 */
export async function redriveParked(
  desk: WebhookDesk,
  id: string,
  watch: (progress: { readonly delivered: number; readonly failed: number; readonly parked: number }) => void,
) {
  const standing = await findSubscriber(desk, id);
  if (standing.paused !== undefined) throw new OpsError(`${id} is paused. First: webhooks resume ${id}.`);
  const requestedAt = standing.redrive?.requestedAt ?? new Date().toISOString();
  if (standing.redrive === undefined) {
    await change(desk, id, { redrive: { requestedAt, after: "", delivered: 0, failed: 0 } });
  }
  await desk.deliveries.sendSubscriber(id);
  const after = await waitFor(desk, id, (subscriber) => {
    const { redrive, parked } = subscriber;
    if (redrive === undefined) return true;
    watch({ delivered: redrive.delivered, failed: redrive.failed, parked });
    return false;
  });
  const { delivered = 0, failed = 0 } = after?.redriven ?? {};
  return { subscriber: id, isOver: after !== undefined, delivered, failed, parked: (after ?? standing).parked };
}

/** Takes an event off the dead-letter list without sending it. What stands behind it stays until it is redriven. */
export async function dropParked(desk: WebhookDesk, id: string, eventId: string): Promise<{ dropped: ArticleEvent[] }> {
  const token = randomBytes(8).toString("hex");
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await findSubscriber(desk, id);
    const isFree = seen.lease === undefined || seen.lease.expiresAt <= new Date().toISOString();
    const lease = { token, messageId: token, expiresAt: new Date(Date.now() + 30_000).toISOString() };
    if (isFree && (await desk.webhooks.claim(seen, lease))) break;
    if (Date.now() > deadline) throw new OpsError(`${id} is busy. Try again, or pause it first: webhooks pause ${id}.`);
    await pause();
  }
  // Nobody else changes the list now.
  const { parked } = await findSubscriber(desk, id);
  const dropped = (await desk.webhooks.listParked(id)).map(({ event }) => event).filter((e) => e.eventId === eventId);
  const unpark = dropped.map(({ sequence }) => sequence);
  const isSaved = await desk.webhooks.save(id, token, { parked: parked - unpark.length, unpark, lease: undefined });
  await desk.deliveries.sendSubscriber(id);
  if (!isSaved) throw new OpsError(`Somebody else has just changed ${id}. Nothing was dropped.`);
  if (dropped.length === 0) throw new OpsError(`Nothing with the ID ${eventId} is parked. See webhooks parked ${id}.`);
  return { dropped };
}

/** Has a test event sent, and tells what came of it. */
export async function testSubscriber(desk: WebhookDesk, id: string) {
  const testWanted = new Date().toISOString();
  await change(desk, id, { testWanted });
  await desk.deliveries.sendSubscriber(id);
  const after = await waitFor(desk, id, (subscriber) => subscriber.testWanted === undefined);
  if (after?.tested === undefined || after.testWanted !== undefined) return { subscriber: id, outcome: "waits" };
  return { subscriber: id, ...after.tested };
}

/**
 * Looks again and again until it is so.
 *
 * @returns the subscriber as it was then; undefined where nothing runs, and nothing will happen for now
 */
async function waitFor(
  desk: WebhookDesk,
  id: string,
  isSo: (subscriber: SubscriberRecord) => boolean,
): Promise<SubscriberRecord | undefined> {
  if (desk.apiUrl === undefined) return undefined;
  let seen = "";
  let deadline = 0;
  for (;;) {
    const subscriber = await findSubscriber(desk, id);
    if (isSo(subscriber)) return subscriber;
    const now = JSON.stringify(subscriber);
    if (now !== seen) deadline = Date.now() + patienceMs;
    seen = now;
    if (Date.now() > deadline) {
      throw new OpsError(`Nothing has happened for ${patienceMs / 1000} s. What was asked for is kept; see the log.`);
    }
    await pause();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, pollMs));

function show({ lease: _lease, knockedAt: _knockedAt, done: _done, ...shown }: SubscriberRecord): ShownSubscriber {
  return shown;
}

const makeSecret = (createdAt: string) => ({
  id: randomBytes(4).toString("hex"),
  secret: makeWebhookSecret(randomBytes),
  createdAt,
});

async function findSubscriber(desk: WebhookDesk, id: string): Promise<SubscriberRecord> {
  const found = await desk.webhooks.getSubscriber(id);
  if (found === undefined) throw new OpsError(`There is no subscriber ${id}. See webhooks list.`);
  return found;
}

async function findSecrets(desk: WebhookDesk, id: string): Promise<SubscriberSecrets> {
  const found = await desk.webhooks.getSecrets(id);
  if (found === undefined) throw new OpsError(`There is no subscriber ${id}. See webhooks list.`);
  return found;
}

async function change(desk: WebhookDesk, id: string, changed: SubscriberChange): Promise<void> {
  if (!(await desk.webhooks.changeSubscriber(id, changed))) {
    throw new OpsError(`There is no subscriber ${id}. See webhooks list.`);
  }
}

async function changeSecrets(
  desk: WebhookDesk,
  id: string,
  next: (secrets: SubscriberSecrets["secrets"]) => SubscriberSecrets["secrets"],
): Promise<void> {
  const { secrets, version } = await findSecrets(desk, id);
  const isSaved = await desk.webhooks.saveSecrets(id, { secrets: next(secrets), version: version + 1 }, version);
  if (!isSaved) throw new OpsError(`Somebody else has just changed the secrets of ${id}. Try again.`);
}
