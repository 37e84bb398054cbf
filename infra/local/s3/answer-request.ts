import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ObjectStore } from "./open-object-store.ts";
import type { OnCreated } from "./operation.ts";
import { readS3Request } from "./read-s3-request.ts";
import { S3Error } from "./s3-error.ts";
import { selectOperation } from "./select-operation.ts";
import { type S3Credentials, verifySignature } from "./verify-signature.ts";
import { writeXml } from "./write-xml.ts";

type Surroundings = {
  readonly store: ObjectStore;
  readonly credentials: S3Credentials;
  readonly now: () => number;
  readonly onCreated: OnCreated;
};

/** Answers one request from signature to last byte. Never throws: what goes wrong becomes S3's XML error document. */
export async function answerRequest(
  message: IncomingMessage,
  response: ServerResponse,
  { store, credentials, now, onCreated }: Surroundings,
): Promise<void> {
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  response.setHeader("x-amz-request-id", requestId);
  try {
    const request = readS3Request(message);
    const authorization = verifySignature(request, credentials, now());
    const operation = selectOperation(request);
    await operation.answer({ request, authorization, store, response, onCreated });
  } catch (error) {
    const clientLeft = (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
    if (!(error instanceof S3Error) && !clientLeft) console.error("s3:", error);
    if (response.headersSent || response.destroyed) {
      // The client left, or has half of an answer that cannot be taken back; an end without its length tells it so.
      response.destroy();
      return;
    }
    sendError(message, response, { error, requestId });
  } finally {
    // What the client still sends has to be read, or it would never come to read our answer.
    message.resume();
  }
}

function sendError(
  message: IncomingMessage,
  response: ServerResponse,
  { error, requestId }: { readonly error: unknown; readonly requestId: string },
): void {
  const shown =
    error instanceof S3Error
      ? error
      : new S3Error("InternalError", "We encountered an internal error. Please try again.");
  const resource = (message.url ?? "").split("?", 1)[0] ?? "";
  const body = Buffer.from(
    writeXml([
      "Error",
      ["Code", shown.code],
      ["Message", shown.message],
      ["Resource", resource],
      ["RequestId", requestId],
    ]),
  );
  response.writeHead(shown.status, {
    ...shown.headers,
    "content-type": "application/xml",
    "content-length": body.length,
  });
  response.end(message.method === "HEAD" ? undefined : body);
}
