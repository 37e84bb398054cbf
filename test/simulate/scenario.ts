import { createHash } from "node:crypto";
import type { IncomingSubmission } from "../../shared/ingest-article.ts";
import type { Random } from "../support/random.ts";
import { type TextName, textNames, texts } from "./texts.ts";

/** What a partner wants; it may have to be sent several times. */
export interface Wish {
  readonly kind: "submit" | "retract";
  readonly partner: string;
  /** Its own ID for the article; absent, the URL or the text identifies it. Retractions always have one. */
  readonly id: string | undefined;
  readonly text: TextName;
  readonly url: string | undefined;
  readonly publishedAt: string | undefined;
  /** Sent with `If-Match` and the last ETag that the partner has seen of the article. */
  readonly isGuarded: boolean;
}

export interface Scenario {
  /** What each client wants, one after the other. */
  readonly clients: readonly (readonly Wish[])[];
  /** How likely a call to a store meets a fault, until so many have struck. */
  readonly faultChance: number;
  readonly maxFaults: number;
  /** Over so many partitions the lists of a new day are spread. */
  readonly timelineShards: number;
}

const urls = [undefined, undefined, "https://nordwijker.example/1", "https://nordwijker.example/2"];
const dates = [undefined, undefined, undefined, "2026-11-20T12:00:00.000Z", "2026-11-22T12:00:00.000Z"];

/** Some scenarios are about articles that come only once, as near rivals do; most have everything. */
export function makeScenario(random: Random): Scenario {
  const isCalm = random.chance(0.15);
  const clientCount = 2 + random.below(isCalm ? 4 : 3);
  return {
    clients: Array.from({ length: clientCount }, (_, client) =>
      Array.from({ length: isCalm ? 1 : 1 + random.below(4) }, () => makeWish(random, isCalm ? client : undefined)),
    ),
    faultChance: random.pick([0, 0.02, 0.05, 0.1, 0.2]),
    maxFaults: 1 + random.below(8),
    timelineShards: random.pick([1, 3]),
  };
}

/** @param once the client whose only wish it is, for an article that nobody else touches */
function makeWish(random: Random, once: number | undefined): Wish {
  const kind = once === undefined && random.chance(0.25) ? "retract" : "submit";
  const id = random.pick(kind === "retract" ? ["a", "b"] : ["a", "a", "b", "b", undefined]);
  return {
    kind,
    partner: once === undefined ? random.pick(["agency", "gazette"]) : `partner${once}`,
    id,
    text: random.pick(textNames),
    url: random.pick(urls),
    // Days apart, a text like another is a new edition.
    publishedAt: once === undefined ? random.pick(dates) : undefined,
    isGuarded: id !== undefined && once === undefined && random.chance(0.3),
  };
}

export function describeSubmission(wish: Wish, ifMatch: string | undefined): IncomingSubmission {
  const { partner, id, url, publishedAt } = wish;
  const content = texts[wish.text];
  return {
    partner,
    address: id === undefined ? undefined : { partnerArticleId: id },
    metadata: { ...(url !== undefined && { url }), ...(publishedAt !== undefined && { publishedAt }) },
    document: {
      form: "text",
      content,
      bytes: Buffer.from(content),
      contentType: "text/plain",
      charset: "utf-8",
      warnings: [],
    },
    ifMatch,
    validateOnly: false,
  };
}

const digests = new Map(
  textNames.map((name) => [name, createHash("sha256").update(texts[name]).digest("hex")] as const),
);

/** SHA-256 of the bytes that a wish sends. */
export function rawDigestOf({ text }: Wish): string {
  return digests.get(text) as string;
}

export function describeWish({ kind, partner, id, text, url, publishedAt }: Wish): string {
  const what =
    kind === "retract"
      ? ""
      : ` “${text}”${url ? ` at ${url.slice(-2)}` : ""}${publishedAt ? ` of ${publishedAt.slice(0, 10)}` : ""}`;
  return `${kind} ${partner}/${id ?? "–"}${what}`;
}
