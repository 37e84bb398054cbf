import { ProblemError } from "../../shared/api/problem.ts";
import { verifyWebhook, type WebhookFault } from "../../shared/verify-webhook.ts";
import type { HttpLink } from "./http-function.ts";
import { receiveBytes } from "./read-body.ts";

/**
 * Refuses what a partner that signs its requests has not signed. A signature that need not be there must be right as well,
 * so that a partner can try before it is asked for.
 */
export function requireSignature(): HttpLink {
  return {
    before({ event, context }) {
      const { isRequired, secrets } = context.state.caller?.policy.signing ?? { isRequired: true, secrets: [] };
      const headers = {
        id: event.headers["webhook-id"],
        timestamp: event.headers["webhook-timestamp"],
        signature: event.headers["webhook-signature"],
      };
      if (!isRequired && (secrets.length === 0 || headers.signature === undefined)) return;
      const fault = verifyWebhook({ headers, body: receiveBytes(event), secrets, now: new Date() });
      if (fault !== undefined) throw refuse(fault);
    },
  };
}

function refuse({ header, reason }: WebhookFault): ProblemError {
  return new ProblemError("invalid-signature", `Your requests are to be signed, and ${header} ${reason}.`, {
    errors: [{ pointer: `header:${header}`, detail: reason }],
    headers: { "WWW-Authenticate": 'StandardWebhooks realm="copydesk"' },
  });
}
