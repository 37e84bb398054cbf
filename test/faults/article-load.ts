import { setTimeout as sleep } from "node:timers/promises";
import { uniqueText } from "../fixtures/articles.ts";
import type { Random } from "../support/random.ts";

/** One article as its partner knows it. */
export interface OwnArticle {
  readonly partner: LoadPartner;
  readonly partnerArticleId: string;
  /** Every text that was ever sent for it, acknowledged or not. */
  readonly sent: string[];
  /** What the API has said yes to, in order. */
  readonly acknowledged: { readonly id: string; readonly revision: number; readonly text: string }[];
  isRetracted: boolean;
}

export interface LoadPartner {
  readonly name: string;
  readonly key: string;
}

export interface Load {
  readonly articles: readonly OwnArticle[];
  readonly counts: { attempts: number; retries: number; acknowledged: number };
  /** Answers that a partner must not get, whatever is broken. */
  readonly surprises: string[];
  /** Works through one submission, update or retraction after the other until told to stop. */
  work(random: Random, isOver: () => boolean): Promise<void>;
}

/** Longer than the time-out of a function. */
const patienceMs = 25_000;

/** Who has not been answered after so many attempts will never be. */
const maxAttempts = 60;

/** So many stories are submitted again and again, under new IDs and by all partners at once. */
const sharedStories = 60;

/**
 * Partners at work: new articles, stories that others have too, corrections and retractions. Each is sent until the API
 * acknowledges it, and only then counts.
 */
export function openLoad(url: string, partners: readonly LoadPartner[]): Load {
  const articles: OwnArticle[] = [];
  const counts = { attempts: 0, retries: 0, acknowledged: 0 };
  const surprises: string[] = [];
  let named = 0;

  /** The answer, or undefined when there was none that tells anything. */
  async function attempt(
    article: OwnArticle,
    text: string | undefined,
  ): Promise<{ status: number; body: string } | undefined> {
    counts.attempts += 1;
    try {
      const response = await fetch(`${url}/v1/submissions/${article.partnerArticleId}`, {
        method: text === undefined ? "DELETE" : "PUT",
        headers: { Authorization: `Bearer ${article.partner.key}`, "Content-Type": "text/plain" },
        ...(text !== undefined && { body: text }),
        signal: AbortSignal.timeout(patienceMs),
      });
      const answered = { status: response.status, body: await response.text() };
      return answered.status >= 500 ? undefined : answered;
    } catch {
      return undefined;
    }
  }

  /** Sends until there is an answer. */
  async function send(article: OwnArticle, text: string | undefined, random: Random): Promise<void> {
    if (text !== undefined) article.sent.push(text);
    for (let attempts = 1; attempts <= maxAttempts; attempts++) {
      const answered = await attempt(article, text);
      if (answered === undefined) {
        counts.retries += 1;
        await sleep(random.below(200));
        continue;
      }
      const { status, body } = answered;
      if (text === undefined ? status === 204 : status === 200 || status === 201) {
        counts.acknowledged += 1;
        if (text === undefined) article.isRetracted = true;
        else article.acknowledged.push({ ...JSON.parse(body), text });
      } else surprises.push(`${text === undefined ? "DELETE" : "PUT"} ${article.partnerArticleId}: ${status} ${body}`);
      return;
    }
    surprises.push(`${article.partnerArticleId} was not answered in ${maxAttempts} attempts`);
  }

  return {
    articles,
    counts,
    surprises,
    async work(random, isOver) {
      const own: OwnArticle[] = [];
      while (!isOver()) {
        const standing = own.filter(({ isRetracted }) => !isRetracted);
        const kind = standing.length < 5 ? 0 : random.below(100);
        if (kind < 80) {
          named += 1;
          const text = uniqueText(random.chance(0.25) ? `shared ${random.below(sharedStories)}` : `own ${named}`);
          const partner = random.pick(partners);
          const article = {
            partner,
            partnerArticleId: `a${named}`,
            sent: [],
            acknowledged: [],
            isRetracted: false,
          };
          own.push(article);
          articles.push(article);
          await send(article, text, random);
        } else {
          const article = random.pick(standing);
          named += 1;
          await send(article, kind < 93 ? uniqueText(`corrected ${named}`) : undefined, random);
        }
      }
    },
  };
}
