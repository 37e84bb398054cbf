import { MIMEType } from "node:util";
import { gunzipSync } from "node:zlib";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { ProblemError } from "../../shared/api/problem.ts";
import { submissionLimits } from "../../shared/api/submission.ts";

export interface Body {
  /** Without its content coding. */
  readonly bytes: Uint8Array;
  /** Without parameters, in lower case. */
  readonly mediaType: string;
  readonly charset: string | undefined;
}

export interface BodyLimits {
  /** As received, before unpacking. */
  readonly maxBodyBytes: number;
  readonly maxUnpackedBytes: number;
  /** What to do with a larger one. */
  readonly advice?: string;
}

/**
 * Reads the body of a request within its limits, unpacked.
 *
 * @param accepted media types that the operation takes
 * @throws ProblemError `body-too-large`, `unsupported-media-type`, `malformed-encoding`
 */
export function readBody(
  event: APIGatewayProxyEventV2,
  accepted: readonly string[],
  limits: BodyLimits = submissionLimits,
): Body {
  const { mediaType, charset } = readContentType(event.headers["content-type"], accepted);
  const packed = receiveBytes(event);
  // Base64 adds a third to what Lambda takes.
  const limit = event.isBase64Encoded ? submissionLimits.maxBodyBytes : limits.maxBodyBytes;
  if (packed.length > limit) {
    throw tooLarge(`The body has ${packed.length.toLocaleString("en")} bytes`, limit, limits.advice);
  }
  return { bytes: unpack(packed, event.headers["content-encoding"], limits), mediaType, charset };
}

/** The bytes of the body as they were received. */
export function receiveBytes(event: APIGatewayProxyEventV2): Buffer {
  return Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
}

function readContentType(header: string | undefined, accepted: readonly string[]) {
  const type = parseMimeType(header);
  if (type === undefined || !accepted.includes(type.essence)) {
    const what = header === undefined ? "There is no Content-Type" : `${header} is not known here`;
    throw new ProblemError("unsupported-media-type", `${what}. Send ${accepted.join(", ")}.`, {
      errors: [{ pointer: "header:Content-Type", detail: `must be one of ${accepted.join(", ")}` }],
      headers: { Accept: accepted.join(", ") },
    });
  }
  return { mediaType: type.essence, charset: type.params.get("charset") ?? undefined };
}

/** The type with its parameters; undefined where it is none. */
export function parseMimeType(header: string | undefined): MIMEType | undefined {
  try {
    return header === undefined ? undefined : new MIMEType(header);
  } catch {
    return undefined;
  }
}

function unpack(packed: Buffer, coding: string | undefined, limits: BodyLimits): Uint8Array {
  const name = coding?.trim().toLowerCase() ?? "identity";
  if (name === "identity" || name === "") return packed;
  if (name !== "gzip" && name !== "x-gzip") {
    throw new ProblemError(
      "unsupported-media-type",
      `Content-Encoding ${coding} is not known here. Send gzip, or nothing.`,
      {
        errors: [{ pointer: "header:Content-Encoding", detail: "must be gzip or absent" }],
        headers: { "Accept-Encoding": "gzip" },
      },
    );
  }
  try {
    // The limit holds while unpacking: a bomb is dropped when it reaches it, not when it has gone off.
    return gunzipSync(packed, { maxOutputLength: limits.maxUnpackedBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge("The unpacked body is larger", limits.maxUnpackedBytes, limits.advice);
    throw new ProblemError("malformed-encoding", `The body is not valid gzip: ${message}. It may be cut off.`, {
      errors: [{ pointer: "header:Content-Encoding", detail: "the body is not valid gzip" }],
      cause: error,
    });
  }
}

function tooLarge(what: string, limit: number, advice?: string): ProblemError {
  const words = `${what}; the limit is ${limit.toLocaleString("en")}.`;
  return new ProblemError("body-too-large", advice === undefined ? words : `${words} ${advice}`);
}
