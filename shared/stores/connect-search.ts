import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";

/** Sends one request to the search engine, signed, and gives its answer as JSON. */
export type SendToSearch = (
  method: "PUT" | "POST",
  path: string,
  body: string,
) => Promise<{ readonly status: number; readonly json: unknown }>;

/** As the SDK's clients have it in aws-clients.ts: who waits for an answer must lose seconds, not minutes. */
const timeoutMs = 8000;

/** The engine is not up to it now. Shaped as the SDK's errors are, by which faults that pass are told from others. */
class SearchFailure extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(status: number, message: string) {
    super(message);
    this.name = status === 429 ? "ThrottlingException" : "SearchFailure";
    this.$metadata = { httpStatusCode: status };
  }
}

type Identity = Pick<ConstructorParameters<typeof SignatureV4>[0], "credentials" | "region">;

/** Credentials and region as Lambda puts them into the environment. */
const ownIdentity = (): Identity => ({
  region: process.env["AWS_REGION"] ?? "",
  credentials: {
    accessKeyId: process.env["AWS_ACCESS_KEY_ID"] ?? "",
    secretAccessKey: process.env["AWS_SECRET_ACCESS_KEY"] ?? "",
    ...(process.env["AWS_SESSION_TOKEN"] !== undefined && { sessionToken: process.env["AWS_SESSION_TOKEN"] }),
  },
});

/**
 * A connection to OpenSearch Serverless. Another endpoint can be given by `AWS_ENDPOINT_URL_AOSS`, as the SDK's clients have it.
 *
 * @param endpoint of the collection
 */
export function connectSearch(endpoint: string, identity: Identity = ownIdentity()): SendToSearch {
  const base = process.env["AWS_ENDPOINT_URL_AOSS"] ?? endpoint;
  const signer = new SignatureV4({ service: "aoss", ...identity, sha256: Hash.bind(null, "sha256") });

  return async (method, path, body) => {
    const { protocol, hostname, port, host } = new URL(base);
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      ...(port !== "" && { port: Number(port) }),
      path,
      query: {},
      headers: {
        host,
        "content-type": path.endsWith("/_bulk") ? "application/x-ndjson" : "application/json",
      },
      body,
    });
    const { host: _host, ...headers } = signed.headers;
    const response = await fetch(`${base}${path}`, {
      method,
      headers,
      body,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: Error) => {
      // What went wrong on the network stands in the cause.
      throw error.cause instanceof Error ? error.cause : error;
    });
    const text = await response.text();
    if (response.status === 429 || response.status >= 500) {
      throw new SearchFailure(response.status, `The search engine answered ${response.status}: ${text.slice(0, 500)}`);
    }
    return { status: response.status, json: JSON.parse(text) };
  };
}
