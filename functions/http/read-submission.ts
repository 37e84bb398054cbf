import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { ProblemError } from "../../shared/api/problem.ts";
import { Submission, SubmissionMetadata } from "../../shared/api/submission.ts";
import { decodeDocument, UnknownCharsetError } from "../../shared/article/decode-document.ts";
import type { IncomingSubmission } from "../../shared/ingest-article.ts";
import { parseBody } from "./parse-request.ts";
import { type Body, parseJson, readBody } from "./read-body.ts";

type DocumentAndMetadata = Pick<IncomingSubmission, "document" | "metadata">;

/**
 * Reads a submission from a request, whatever its media type. JSON brings its metadata along; a document of another type
 * has it in the query.
 *
 * @param query parsed query of the operation
 */
export function readSubmission(
  event: APIGatewayProxyEventV2,
  accepted: readonly string[],
  query: SubmissionMetadata & { validateOnly: boolean },
): DocumentAndMetadata {
  const body = readBody(event, accepted);
  const { validateOnly: _validateOnly, ...metadata } = query;
  if (body.mediaType !== "application/json") return readDocument(body, SubmissionMetadata.parse(metadata));

  const misplaced = Object.entries(metadata).filter(([, value]) => value !== undefined);
  if (misplaced.length > 0) {
    throw new ProblemError("invalid-parameter", "With JSON, the metadata belongs into the body, not into the query.", {
      errors: misplaced.map(([name]) => ({ pointer: `query:${name}`, detail: "belongs into the body" })),
    });
  }
  return readJsonSubmission(parseJson(body.bytes));
}

/** A submission as JSON: its raw HTML or text is the field, as UTF-8. */
function readJsonSubmission(value: unknown): DocumentAndMetadata {
  const { html, text, ...metadata } = parseBody(Submission, value);
  const form = html === undefined ? "text" : "html";
  const content = html ?? text ?? "";
  return {
    metadata,
    document: {
      form,
      content,
      bytes: Buffer.from(content),
      contentType: `text/${form === "html" ? "html" : "plain"}; charset=utf-8`,
      charset: "utf-8",
      warnings: [],
    },
  };
}

function readDocument(body: Body, metadata: SubmissionMetadata): DocumentAndMetadata {
  if (body.bytes.length === 0) {
    throw new ProblemError("invalid-submission", "The document is empty. Nothing was stored.", {
      errors: [{ pointer: "", detail: "must not be empty" }],
    });
  }
  const form = body.mediaType === "text/html" ? "html" : "text";
  try {
    const { text, charset, warning } = decodeDocument(body.bytes, { declared: body.charset, isHtml: form === "html" });
    return {
      metadata,
      document: {
        form,
        content: text,
        bytes: body.bytes,
        contentType: `${body.mediaType}; charset=${charset}`,
        charset,
        warnings: warning === undefined ? [] : [warning],
      },
    };
  } catch (error) {
    if (!(error instanceof UnknownCharsetError)) throw error;
    throw new ProblemError("unsupported-media-type", `The charset ${error.message} is not known. Send utf-8.`, {
      errors: [{ pointer: "header:Content-Type", detail: "names a charset that is not known" }],
      headers: { Accept: "text/html; charset=utf-8, text/plain; charset=utf-8" },
    });
  }
}
