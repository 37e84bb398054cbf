import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { ProblemError } from "../../shared/api/problem.ts";
import { SubmissionMetadata } from "../../shared/api/submission.ts";
import type { ParsedItem } from "../../shared/formats/parsed-item.ts";
import { readItems } from "../../shared/formats/read-items.ts";
import { readSingleItem } from "../../shared/formats/read-single-item.ts";
import { readBody } from "./read-body.ts";

/**
 * Reads the one article of a request, whatever its format. A page or a plain text has its metadata in the query; every other
 * format brings it along.
 *
 * @param query parsed query of the operation
 */
export async function readSubmission(
  event: APIGatewayProxyEventV2,
  accepted: readonly string[],
  query: SubmissionMetadata & { validateOnly: boolean },
): Promise<ParsedItem> {
  const body = readBody(event, accepted);
  const { validateOnly: _validateOnly, ...metadata } = query;
  const isBare = body.mediaType === "text/html" || body.mediaType === "text/plain";
  if (!isBare) refuseMisplaced(metadata);
  const item = readSingleItem(readItems(body.bytes, body));
  return isBare && item.action === "submit" ? { ...item, metadata: SubmissionMetadata.parse(metadata) } : item;
}

function refuseMisplaced(metadata: SubmissionMetadata): void {
  const misplaced = Object.entries(metadata).filter(([, value]) => value !== undefined);
  if (misplaced.length === 0) return;
  throw new ProblemError("invalid-parameter", "This format brings its metadata along; none belongs into the query.", {
    errors: misplaced.map(([name]) => ({ pointer: `query:${name}`, detail: "belongs into the body" })),
  });
}
