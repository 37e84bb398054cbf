import * as z from "zod";

/** Limits of a single submission. Larger bodies belong into an import. */
export const submissionLimits = {
  /** As received, before unpacking: Lambda takes 6 MB with base64. */
  maxBodyBytes: 4 * 1024 * 1024,
  /** After unpacking gzip. */
  maxUnpackedBytes: 8 * 1024 * 1024,
} as const;

/** Limits of a batch. Each of its articles may be as large as one that comes alone. */
export const batchLimits = {
  maxItems: 500,
  /** As received, as text; what comes as base64 has the limit of a single submission. */
  maxBodyBytes: 6 * 1024 * 1024,
  maxUnpackedBytes: 16 * 1024 * 1024,
  advice: "Split the batch, or hand it in as one import (POST /v1/imports). Nothing was stored.",
} as const;

/** One line of human text: control characters become spaces, runs of white space one space, the ends are trimmed. */
function singleLine(maxCharacters: number) {
  return (
    z
      .string()
      // Said only when it is needed: the first number in words costs 20 ms, which every cold start would pay.
      .max(maxCharacters, { error: () => `must have at most ${maxCharacters.toLocaleString("en")} characters` })
      .overwrite((value) =>
        value
          .toWellFormed()
          .replace(/[\s\p{Cc}]+/gu, " ")
          .trim(),
      )
      .min(1, "must not be empty")
  );
}

const webUrl = z
  .string()
  .max(2048, "must have at most 2,048 characters")
  .refine((value) => isWebUrl(value), "must be an absolute http or https URL without a user name or password")
  .meta({ format: "uri", examples: ["https://news.example/2026/11/harbour-opens"] });

function isWebUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}

const languageTag = z
  .string()
  .max(35)
  .refine((value) => isLanguageTag(value), "must be a BCP 47 language tag, for example de or en-GB")
  .overwrite((value) => (isLanguageTag(value) ? (Intl.getCanonicalLocales(value)[0] ?? value) : value))
  .meta({ examples: ["de", "en-GB"] });

function isLanguageTag(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

const instant = z.iso
  .datetime({ offset: true, error: "must be a date and time with a zone, for example 2026-11-23T08:00:00Z" })
  .refine((value) => !Number.isNaN(Date.parse(value)), "must be a date that exists")
  .overwrite((value) => (Number.isNaN(Date.parse(value)) ? value : new Date(value).toISOString()));

/** What a partner may say about an article; all of it optional. */
export const SubmissionMetadata = z.strictObject({
  url: webUrl.optional().describe("Where the article stands on the web"),
  title: singleLine(1000).optional(),
  language: languageTag.optional(),
  publishedAt: instant.optional(),
  updatedAt: instant.optional(),
  authors: z.array(singleLine(200)).max(50).optional(),
  tags: z.array(singleLine(100)).max(100).optional(),
  source: singleLine(200).optional().describe("The publication, where it is not the domain of the URL"),
});
export type SubmissionMetadata = z.infer<typeof SubmissionMetadata>;

const rawText = z
  .string()
  .min(1, "must not be empty")
  .overwrite((value) => value.toWellFormed());

/** A partner's own ID for an article. `~` is kept for addressing by article ID. */
export const PartnerArticleId = z
  .string()
  .min(1)
  .max(512, "must have at most 512 characters")
  .regex(/^[^\p{Cc}]*$/u, "must not have control characters")
  .meta({ examples: ["harbour-2026-11-23"] });

/** The same in our own JSON, where there is no addressing by article ID. */
const OwnPartnerArticleId = PartnerArticleId.refine((value) => !value.startsWith("~"), "must not begin with ~");

const article = z.strictObject({
  partnerArticleId: OwnPartnerArticleId.optional().describe(
    "Your ID for the article; absent, its URL identifies it, or else its text",
  ),
  html: rawText
    .optional()
    .describe("The article as HTML. It may be dirty; it is kept byte for byte and served sanitized."),
  text: rawText.optional().describe("The article as plain text, paragraphs separated by blank lines"),
  ...SubmissionMetadata.shape,
});

/** An article in our own JSON: the metadata and either `html` or `text`. */
export const Article = article
  .refine((value) => (value.html === undefined) !== (value.text === undefined), {
    path: ["html"],
    message: "give either html or text, and only one of them",
  })
  .meta({ id: "Submission" });

/** An IPTC ninjs object, as far as it matters here. */
export const Ninjs = z
  .object({
    uri: z.string().optional().describe("Becomes the article's ID"),
    pubstatus: z.enum(["usable", "canceled"]).optional().describe("`canceled` retracts the article"),
  })
  .meta({
    id: "Ninjs",
    description:
      "IPTC ninjs 1.x, 2.x or 3.x, told by `$standard` or by its names; see https://iptc.org/standards/ninjs/",
  });

/** A JSON Feed, as far as it matters here. */
export const JsonFeed = z
  .object({ version: z.string(), items: z.array(z.object({ id: z.string() })) })
  .meta({ id: "JsonFeed", description: "JSON Feed 1.1 or 1; see https://www.jsonfeed.org/version/1.1/" });
