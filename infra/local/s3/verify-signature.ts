import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { queryValue, type S3Request } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";

export type S3Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** Other services are signed for alike; each has its name among what is signed. */
type Expected = S3Credentials & { readonly service?: string };

/**
 * What a good signature settles: `payloadHash` (the SHA-256 of the body in hex, or one of S3's words for how the body is
 * signed) and what the signatures of an aws-chunked body go on from.
 */
export type Authorization = {
  readonly payloadHash: string;
  readonly signature: string;
  readonly signingKey: Buffer;
  readonly longDate: string;
  readonly scope: string;
};

type Claim = {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly longDate: string;
  readonly payloadHash: string;
  readonly presigned: boolean;
};

const maxSkewMs = 15 * 60_000;
const maxExpiresSeconds = 7 * 24 * 3600;

/**
 * Checks AWS Signature Version 4, in the Authorization header or in the query of a presigned URL. Written after the AWS
 * S3 API reference, "Authenticating Requests (AWS Signature Version 4)". It is not built on the SDK's signer, which
 * leaves out some headers on its own account and so cannot check what another client signed.
 *
 * @param now the present time in milliseconds
 * @throws S3Error AccessDenied (also when unsigned or expired), InvalidAccessKeyId, SignatureDoesNotMatch,
 *   RequestTimeTooSkewed, InvalidToken, InvalidRequest, Authorization…Malformed or …Error
 */
export function verifySignature(request: S3Request, credentials: Expected, now: number): Authorization {
  const { service: expectedService = "s3" } = credentials;
  const authorization = request.headers.get("authorization");
  const inQuery = queryValue(request, "X-Amz-Algorithm") !== undefined;
  if (authorization === undefined && !inQuery) throw new S3Error("AccessDenied", "Access Denied");
  if (authorization !== undefined && inQuery) {
    throw new S3Error("InvalidArgument", "Only one auth mechanism allowed.");
  }
  const claim = authorization === undefined ? readQueryClaim(request, now) : readHeaderClaim(request, authorization);

  const [accessKeyId, date, region, service, terminator, ...rest] = claim.credential.split("/");
  const scopeIsSound = service === expectedService && terminator === "aws4_request" && rest.length === 0;
  if (!scopeIsSound || !region || date !== claim.longDate.slice(0, 8)) {
    throw malformed(
      claim.presigned,
      `The credential's scope must be DATE/REGION/${expectedService}/aws4_request, of the request's date.`,
    );
  }
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Error("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
  }
  if (request.fields.has("x-amz-security-token") || queryValue(request, "X-Amz-Security-Token") !== undefined) {
    throw new S3Error("InvalidToken", "The provided token is malformed or otherwise invalid.");
  }
  if (!claim.presigned && Math.abs(parseLongDate(claim.longDate, false) - now) > maxSkewMs) {
    throw new S3Error(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
  }

  const scope = `${date}/${region}/${service}/aws4_request`;
  const signingKey = [expectedService, "aws4_request"].reduce(
    sign,
    sign(sign(Buffer.from(`AWS4${credentials.secretAccessKey}`), date), region),
  );
  const canonicalRequestHash = createHash("sha256").update(writeCanonicalRequest(request, claim)).digest("hex");
  const stringToSign = ["AWS4-HMAC-SHA256", claim.longDate, scope, canonicalRequestHash].join("\n");
  requireSignature(sign(signingKey, stringToSign).toString("hex"), claim.signature);
  requireSignedFields(request, claim);
  return { payloadHash: claim.payloadHash, signature: claim.signature, signingKey, longDate: claim.longDate, scope };
}

/** @throws S3Error SignatureDoesNotMatch, after a comparison that takes the same time wherever the two differ */
export function requireSignature(expected: string, given: string): void {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  if (left.length === right.length && timingSafeEqual(left, right)) return;
  throw new S3Error(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  );
}

function readHeaderClaim(request: S3Request, authorization: string): Claim {
  if (!authorization.startsWith("AWS4-HMAC-SHA256 ")) {
    throw new S3Error(
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    );
  }
  const parts = new Map<string, string>();
  for (const part of authorization.slice("AWS4-HMAC-SHA256 ".length).split(",")) {
    const equalsAt = part.indexOf("=");
    parts.set(part.slice(0, equalsAt).trim(), part.slice(equalsAt + 1).trim());
  }
  const [credential, signedHeaders, signature] = ["Credential", "SignedHeaders", "Signature"].map((name) =>
    parts.get(name),
  );
  if (!credential || !signedHeaders || !signature) throw malformed(false, "The authorization header is malformed.");
  const payloadHash = request.headers.get("x-amz-content-sha256");
  if (payloadHash === undefined) {
    throw new S3Error("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
  }
  const longDate = request.headers.get("x-amz-date") ?? "";
  parseLongDate(longDate, false);
  return { credential, signedHeaders: signedHeaders.split(";"), signature, longDate, payloadHash, presigned: false };
}

function readQueryClaim(request: S3Request, now: number): Claim {
  const need = (name: string): string => {
    const value = queryValue(request, name);
    if (!value) throw malformed(true, `Query-string authentication requires the parameter ${name}.`);
    return value;
  };
  if (need("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256")
    throw malformed(true, "X-Amz-Algorithm must be AWS4-HMAC-SHA256.");
  const longDate = need("X-Amz-Date");
  const signedAt = parseLongDate(longDate, true);
  const expires = need("X-Amz-Expires");
  if (!/^[0-9]{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > maxExpiresSeconds) {
    throw malformed(true, "X-Amz-Expires must be between 1 and 604800 seconds.");
  }
  if (signedAt - now > maxSkewMs) throw new S3Error("AccessDenied", "Request is not valid yet");
  if (now > signedAt + Number(expires) * 1000) throw new S3Error("AccessDenied", "Request has expired");
  return {
    credential: need("X-Amz-Credential"),
    signedHeaders: need("X-Amz-SignedHeaders").split(";"),
    signature: need("X-Amz-Signature"),
    longDate,
    payloadHash:
      request.headers.get("x-amz-content-sha256") ?? queryValue(request, "X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    presigned: true,
  };
}

function writeCanonicalRequest(request: S3Request, claim: Claim): string {
  const query = request.query
    .filter(([name]) => !(claim.presigned && name === "X-Amz-Signature"))
    .map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
    .sort();
  const headers = claim.signedHeaders.map(
    (name) => `${name}:${(request.headers.get(name) ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  return [
    request.method,
    request.path.split("/").map(encodeUri).join("/"),
    query.join("&"),
    headers.join(""),
    claim.signedHeaders.join(";"),
    claim.payloadHash,
  ].join("\n");
}

/** A header that is not signed could be added on the way; S3 insists on the host and on everything of its own. */
function requireSignedFields(request: S3Request, claim: Claim): void {
  for (const name of request.headers.keys()) {
    const must =
      name === "host" || (name.startsWith("x-amz-") && !(claim.presigned && name === "x-amz-content-sha256"));
    if (must && !claim.signedHeaders.includes(name)) {
      throw new S3Error("AccessDenied", `There were headers present in the request which were not signed: ${name}`);
    }
  }
}

/** Everything but RFC 3986's unreserved characters is encoded, byte by byte. */
function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parseLongDate(longDate: string, presigned: boolean): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(longDate);
  const time = match
    ? Date.parse(longDate.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"))
    : Number.NaN;
  if (!Number.isNaN(time)) return time;
  if (presigned) throw malformed(true, "X-Amz-Date must be in the ISO8601 Long Format yyyyMMdd'T'HHmmss'Z'.");
  throw new S3Error("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header");
}

function malformed(presigned: boolean, message: string): S3Error {
  return new S3Error(presigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed", message);
}

function sign(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
