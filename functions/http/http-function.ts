import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Operation, RequestOf, ResponseOf } from "../../shared/api/operation.ts";
import { ProblemError } from "../../shared/api/problem.ts";
import type { PartnerPolicy } from "../../shared/partner-policy.ts";
import type { QuotaGrant, Quotas } from "../../shared/quotas.ts";
import { answerProblems } from "./answer-problems.ts";
import { authenticate, type Caller, type KeyStore } from "./authenticate.ts";
import { encodeAnswer } from "./encode-answer.ts";
import { limitArticles } from "./limit-articles.ts";
import { logRequest } from "./log-request.ts";
import { parseRequest } from "./parse-request.ts";
import { refuseBypass } from "./refuse-bypass.ts";
import { requireSignature } from "./require-signature.ts";

/** What a handler answers, of any operation, before it is encoded. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array | string;
  readonly contentType?: string;
  /** What the log line says beside the usual. */
  readonly log?: LogMembers;
}

export type LogMembers = Readonly<Record<string, string | number | undefined>>;

/** What the links of the chain know of one request; each adds its part. */
export interface RequestState {
  readonly startedAt: number;
  /** What the log line says beside what the answer has for it. */
  readonly noted: Record<string, string | number | undefined>;
  caller?: Caller;
  /** As the last part of the quota was taken. */
  quota?: QuotaGrant;
  parsed?: RequestOf<Operation>;
  answer?: Answer;
}

type HttpContext = Context & { state: RequestState };
type Encoded = APIGatewayProxyStructuredResultV2;
export type HttpRequest = middy.Request<APIGatewayProxyEventV2, Answer | Encoded, Error, HttpContext>;
/** A link of the chain; what it returns would end the chain, so it returns nothing. */
export interface HttpLink {
  readonly before?: (request: HttpRequest) => Promise<void> | void;
  readonly after?: (request: HttpRequest) => Promise<void> | void;
  readonly onError?: (request: HttpRequest) => Promise<void> | void;
}

/** What a handler gets beside the parsed request. */
export interface HandlerContext {
  /** Name of the partner whose key came with the request; empty where the operation needs no key. */
  readonly partner: string;
  /** What ops has set for the partner; absent where the operation needs no key. */
  readonly policy: PartnerPolicy | undefined;
  readonly event: APIGatewayProxyEventV2;
  /** Takes more of the partner's quota, where a request has more than the one article that it has taken already. */
  takeQuota(articles: number): Promise<QuotaGrant>;
  /** Has something stand in the log line, also where the request ends in a problem. */
  note(log: LogMembers): void;
  /** How long the function may still take. */
  readonly remainingMs: () => number;
}

export type HttpHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Encoded>;

/** A second before Lambda cuts us off without a word, the partner gets an answer that it can act on. */
const endEarly = {
  timeoutEarlyInMillis: 1000,
  timeoutEarlyResponse: () => {
    throw new ProblemError("unavailable", "This took too long. Send it again; nothing is stored twice.", {
      headers: { "Retry-After": "2" },
    });
  },
};

/**
 * Makes the Lambda handler of an operation. The chain, from the outside in: log the request, encode the answer, turn errors
 * into problem documents, authenticate, check the signature, take quota, parse. A handler sees neither a bad key nor a bad
 * parameter, and what it answers is parsed by the operation's schema, so that nothing undeclared leaks.
 *
 * @param options.keys where keys are looked up; needed where the operation has a scope
 * @param options.quotas needed where the operation takes of them
 */
export function httpFunction<const O extends Operation, const R extends ResponseOf<O> & Pick<Answer, "log">>(
  operation: O,
  handle: (request: RequestOf<O>, context: HandlerContext) => Promise<R>,
  options: { readonly keys?: KeyStore; readonly quotas?: Quotas } = {},
): HttpHandler {
  const { keys, quotas } = options;
  if (operation.scope !== undefined && keys === undefined) throw new Error(`${operation.id} needs a store of keys.`);
  if (operation.takesQuota && quotas === undefined) throw new Error(`${operation.id} needs the quotas.`);
  const links: HttpLink[] = [logRequest(operation.id), encodeAnswer(operation), answerProblems()];
  const originSecret = process.env["ORIGIN_SECRET"];
  if (originSecret !== undefined) links.push(refuseBypass(originSecret));
  if (operation.scope !== undefined && keys !== undefined) links.push(authenticate(operation.scope, keys));
  if (operation.scope === "submit") links.push(requireSignature());
  if (operation.takesQuota && quotas !== undefined) links.push(limitArticles(quotas));
  links.push(parseRequest(operation));

  const chain = middy<APIGatewayProxyEventV2, Answer | Encoded, Error, HttpContext>(endEarly);
  for (const link of links) chain.use(link as middy.MiddlewareObj);
  const handler = chain.handler(async (event, context) => {
    const { state } = context;
    const request = state.parsed as RequestOf<O>;
    const takeQuota = async (articles: number) => {
      if (quotas === undefined || state.caller === undefined) throw new Error(`${operation.id} takes no quota.`);
      state.quota = await quotas.take(state.caller.partner, state.caller.policy.quota, articles);
      return state.quota;
    };
    const note = (log: LogMembers) => void Object.assign(state.noted, log);
    const remainingMs = () => context.getRemainingTimeInMillis();
    const { partner = "", policy } = state.caller ?? {};
    return (await handle(request, { partner, policy, event, takeQuota, note, remainingMs })) as Answer;
  });
  return handler as unknown as HttpHandler;
}
