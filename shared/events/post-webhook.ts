import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { WebhookRequest } from "./deliver-events.ts";
import type { WebhookAnswer } from "./judge-answer.ts";
import { lookUpPublic } from "./public-address.ts";
import { findUrlFault, hostOf, isLoopback } from "./webhook-url.ts";

/** What is read of an answer: who sends more is cut off, and the status counts all the same. */
const maxAnswerBytes = 16 * 1024;

const maxWords = 200;

/**
 * Makes the function that posts a webhook. It follows no redirect, goes only to public addresses over TLS, and reads little
 * of the answer.
 *
 * @param options.timeoutMs for the whole of a request
 * @param options.mayBeLocal whether this machine may be reached, also without TLS
 */
export function openWebhookPoster({ timeoutMs, mayBeLocal }: { timeoutMs: number; mayBeLocal: boolean }) {
  const agents = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true }) };

  return function postWebhook(address: string, { headers, body }: WebhookRequest): Promise<WebhookAnswer> {
    const fault = findUrlFault(address, mayBeLocal);
    if (fault !== undefined) return Promise.resolve({ failure: `the address ${fault}` });
    const url = new URL(address);
    const isPlain = url.protocol === "http:";
    const isLocal = mayBeLocal && isLoopback(hostOf(url));
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve) => {
      const sent = (isPlain ? requestHttp : requestHttps)(url, {
        method: "POST",
        headers: { ...headers, "content-length": body.length, "user-agent": "Copydesk" },
        agent: isPlain ? agents["http:"] : agents["https:"],
        signal,
        ...(!isLocal && { lookup: lookUpPublic }),
      });
      let hasAnswer = false;
      sent.on("error", (error: NodeJS.ErrnoException) => {
        if (hasAnswer) return;
        const failure = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : (error.code ?? error.message);
        resolve({ failure });
      });
      sent.on("response", async (response) => {
        hasAnswer = true;
        resolve(await readAnswer(response));
      });
      sent.end(body);
    });
  };
}

async function readAnswer(response: IncomingMessage): Promise<WebhookAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) break;
    }
  } catch {
    // The status has come, and it is all that counts.
  }
  const after = response.headers["retry-after"];
  return {
    status: response.statusCode ?? 0,
    retryAfterMs: after !== undefined && /^\d{1,9}$/.test(after.trim()) ? Number(after) * 1000 : undefined,
    words: sayWords(Buffer.concat(chunks)),
  };
}

/** Foreign words for a terminal: the first ones, without what could steer it. */
function sayWords(bytes: Buffer): string {
  return bytes
    .toString("utf8")
    .slice(0, maxWords)
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();
}
