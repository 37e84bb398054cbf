import { randomBytes } from "node:crypto";
import type { PartnerTable } from "../../shared/stores/partner-table.ts";
import type { SubscriptionRecord, SubscriptionTable } from "../../shared/stores/subscription-table.ts";
import { findPartner, OpsError } from "./manage-keys.ts";

/** What subscriptions are managed with. */
export interface SubscriptionDesk {
  readonly partners: PartnerTable;
  readonly subscriptions: SubscriptionTable;
  /** Where hubs reach the service; absent while it does not run. */
  readonly apiUrl: string | undefined;
}

/** Asked for; a hub may grant another time. */
const leaseSeconds = 10 * 86_400;

const hubTimeoutMs = 15_000;

/**
 * Subscribes to a topic of a partner's hub. The hub then asks the callback whether that was meant, and delivers to it.
 *
 * @throws OpsError when an address is unfit, or the hub refuses; nothing is kept then
 */
export async function addSubscription(
  desk: SubscriptionDesk,
  partner: string,
  { topic, hub }: { readonly topic: string; readonly hub: string },
) {
  await findPartner(desk.partners, partner);
  requireWebUrl("topic", topic);
  requirePrivate(requireWebUrl("hub", hub));
  const subscription: SubscriptionRecord = {
    id: randomBytes(16).toString("hex"),
    partner,
    topic,
    hub,
    secret: randomBytes(32).toString("base64url"),
    wanted: "subscribe",
    createdAt: new Date().toISOString(),
  };
  const callback = describeCallback(desk, subscription);
  // First, since the hub may ask before it answers.
  await desk.subscriptions.addSubscription(subscription);
  try {
    await askHub(desk, subscription);
  } catch (error) {
    await desk.subscriptions.removeSubscription(subscription.id);
    throw error;
  }
  return { partner, subscription: subscription.id, callback };
}

/** Ends a subscription: from now on nothing is taken from it, and the hub is asked to deliver no more. */
export async function endSubscription(desk: SubscriptionDesk, id: string) {
  const subscription = await findSubscription(desk, id);
  await desk.subscriptions.wantSubscription(id, "unsubscribe");
  await askHub(desk, { ...subscription, wanted: "unsubscribe" });
  return { partner: subscription.partner, subscription: id };
}

/** Asks the hubs anew for all subscriptions whose lease ends within some days, or that were never confirmed. */
export async function renewSubscriptions(desk: SubscriptionDesk, withinDays: number, now: Date) {
  const until = new Date(now.getTime() + withinDays * 86_400_000).toISOString();
  const due = (await desk.subscriptions.listSubscriptions()).filter(
    ({ wanted, leaseEndsAt }) => wanted === "subscribe" && (leaseEndsAt === undefined || leaseEndsAt <= until),
  );
  const renewed: { subscription: string; partner: string; fault?: string }[] = [];
  for (const subscription of due) {
    const { id, partner } = subscription;
    const fault = await askHub(desk, subscription).then(
      () => undefined,
      (error: Error) => error.message,
    );
    renewed.push({ subscription: id, partner, ...(fault !== undefined && { fault }) });
  }
  return { renewed };
}

/** All subscriptions, without their secrets. */
export async function listSubscriptions(desk: SubscriptionDesk) {
  const subscriptions = await desk.subscriptions.listSubscriptions();
  return { subscriptions: subscriptions.map(({ secret: _secret, ...shown }) => shown) };
}

async function findSubscription({ subscriptions }: SubscriptionDesk, id: string): Promise<SubscriptionRecord> {
  const subscription = await subscriptions.getSubscription(id);
  if (subscription === undefined) throw new OpsError(`There is no subscription ${id}. See websub list.`);
  return subscription;
}

/** Sends the hub what we want of it (WebSub, section 5.1). */
async function askHub(desk: SubscriptionDesk, subscription: SubscriptionRecord): Promise<void> {
  const { hub, wanted, topic, secret } = subscription;
  const form = new URLSearchParams({
    "hub.mode": wanted,
    "hub.topic": topic,
    "hub.callback": describeCallback(desk, subscription),
    ...(wanted === "subscribe" && { "hub.secret": secret, "hub.lease_seconds": String(leaseSeconds) }),
  });
  const answer = await fetch(hub, { method: "POST", body: form, signal: AbortSignal.timeout(hubTimeoutMs) }).catch(
    (error: Error) => {
      throw new OpsError(`The hub ${hub} does not answer: ${error.message}.`);
    },
  );
  if (!answer.ok) {
    const words = (await answer.text()).slice(0, 300);
    throw new OpsError(`The hub ${hub} refuses to ${wanted}, with ${answer.status}: ${words}`);
  }
}

function describeCallback({ apiUrl }: SubscriptionDesk, { id }: SubscriptionRecord): string {
  if (apiUrl === undefined)
    throw new OpsError("A hub has to reach the service, and it does not run. Start it: npm start.");
  return new URL(`v1/websub/${id}`, apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`).href;
}

function requireWebUrl(what: string, value: string): URL {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new OpsError(`The ${what} ${value} is no web address.`);
  return url;
}

/** The hub is sent a secret. */
function requirePrivate({ protocol, hostname, href }: URL): void {
  if (protocol === "https:" || hostname === "127.0.0.1" || hostname === "localhost") return;
  throw new OpsError(`The hub ${href} would be sent a secret in the clear. Use its https address.`);
}
