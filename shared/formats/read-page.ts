import { ProblemError } from "../api/problem.ts";
import { decodeDocument, UnknownCharsetError } from "../article/decode-document.ts";
import type { ItemMediaType, ReadItem } from "./parsed-item.ts";
import { refuseItem } from "./refuse-item.ts";

/**
 * Reads a web page or plain text: one item, its bytes as they came. Its metadata is found when the article is derived.
 *
 * @throws ProblemError `unsupported-media-type` when the charset is unknown
 */
export function readPage(bytes: Uint8Array, { mediaType, charset }: ItemMediaType): readonly ReadItem[] {
  const place = { index: 0, pointerBase: "" };
  if (bytes.length === 0) return [{ ...place, problem: refuseItem("", "must not be empty") }];
  const form = mediaType === "text/html" ? "html" : "text";
  const { text, charset: used, warning } = decode(bytes, charset, form === "html");
  const document = {
    form,
    content: text,
    bytes,
    contentType: `${mediaType}; charset=${used}`,
    charset: used,
    warnings: warning === undefined ? [] : [warning],
  } as const;
  return [{ ...place, item: { action: "submit", metadata: {}, document, images: [] } }];
}

function decode(bytes: Uint8Array, declared: string | undefined, isHtml: boolean) {
  try {
    return decodeDocument(bytes, { declared, isHtml });
  } catch (error) {
    if (!(error instanceof UnknownCharsetError)) throw error;
    throw new ProblemError(
      "unsupported-media-type",
      `The charset ${error.message.slice(0, 40)} is not known. Send utf-8.`,
      {
        errors: [{ pointer: "header:Content-Type", detail: "names a charset that is not known" }],
        headers: { Accept: "text/html; charset=utf-8, text/plain; charset=utf-8" },
        cause: error,
      },
    );
  }
}
