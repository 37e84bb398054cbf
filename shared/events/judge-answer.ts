/** What came of a request to a subscriber. */
export type WebhookAnswer =
  | {
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** The beginning of its body, for who looks for the fault. */
      readonly words: string;
    }
  | { readonly failure: string };

/**
 * `delivered`: by any 2xx, as Standard Webhooks has it. `gone`: the subscriber wants nothing more. `throttled` is a failure
 * that says nothing about the event.
 */
export type Verdict =
  | { readonly kind: "delivered" }
  | {
      readonly kind: "gone" | "throttled" | "failed";
      readonly fault: string;
      readonly retryAfterMs?: number | undefined;
    };

export function judgeAnswer(answer: WebhookAnswer): Verdict {
  if ("failure" in answer) return { kind: "failed", fault: answer.failure };
  const { status, retryAfterMs, words } = answer;
  if (status >= 200 && status < 300) return { kind: "delivered" };
  const fault = `answered ${status}${words === "" ? "" : `: ${words}`}`;
  if (status === 410) return { kind: "gone", fault };
  return { kind: status === 429 ? "throttled" : "failed", fault, retryAfterMs };
}
