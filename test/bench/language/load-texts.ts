import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface LabelledText {
  readonly language: string;
  readonly text: string;
}

/** The name of a set of texts, and where it comes from. */
export type TextSet = "paragraphs" | "news" | "headlines";

const corpus = new URL("../../../../shared/corpora/dedup/articles.jsonl.gz", import.meta.url);
/** Of each source and language; most of the corpus is English. */
const maxPerKind = 300;

/** The news lie beside the project; undefined where they do not. */
export function loadTexts(set: TextSet): readonly LabelledText[] | undefined {
  if (set === "paragraphs") return loadParagraphs();
  if (!existsSync(corpus)) return undefined;
  const taken = new Map<string, number>();
  return gunzipSync(readFileSync(corpus))
    .toString("utf8")
    .trim()
    .split("\n")
    .flatMap((json) => {
      const { source, language, title, paragraphs } = JSON.parse(json);
      const count = taken.get(`${source} ${language}`) ?? 0;
      taken.set(`${source} ${language}`, count + 1);
      if (count >= maxPerKind) return [];
      if (set === "headlines") return title === undefined ? [] : [{ language, text: title }];
      return [{ language, text: [title, ...paragraphs].filter((line) => line !== undefined).join("\n") }];
    });
}

/** One of our own in each of some fifty languages. */
function loadParagraphs(): LabelledText[] {
  const samples: Record<string, string> = JSON.parse(
    readFileSync(new URL("../../fixtures/language-samples.json", import.meta.url), "utf8"),
  );
  return Object.entries(samples).map(([language, text]) => ({ language, text }));
}
