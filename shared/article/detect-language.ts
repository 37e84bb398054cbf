import type { LanguageIdentifier } from "cld3-asm";

/** Fewer letters tell too little; counted in UTF-8, since a Chinese character says as much as three Latin letters. */
const minBytes = 100;
const maxBytes = 700;
/** Texts without language, such as tables of figures, seldom reach it, and texts of the languages that CLD3 knows mostly do. */
const minProbability = 0.95;
/** More is not read: the answer would be the same, and the detector's memory is fixed. */
const maxCharacters = 1000;

/** Loading takes a tenth of a second where the machine is slow; past this it is broken. */
const loadTimeoutMs = 10_000;

let loading: Promise<LanguageIdentifier> | undefined;

/**
 * Tells the language of a text, by Google's Compact Language Detector 3, compiled to WebAssembly. It is loaded for the first
 * text that is long enough to need it.
 *
 * @returns a BCP 47 tag (one of about a hundred; `no` for Norwegian, `he` for Hebrew, with the script where it is not the
 *   usual one, as in `ru-Latn`), or undefined where the text is short or reads like none of them clearly: a wrong answer is
 *   worse than none
 * @throws when the detector cannot be loaded or breaks down; the next call loads it anew
 */
export async function detectLanguage(text: string): Promise<string | undefined> {
  const sample = text.slice(0, maxCharacters).toWellFormed();
  if (Buffer.byteLength(sample) < minBytes) return undefined;
  try {
    loading ??= loadIdentifier();
    const { language, probability } = (await loading).findLanguage(sample);
    if (language === "und" || probability < minProbability) return undefined;
    // CLD3 names Hebrew by a code of 1988, `iw`.
    return Intl.getCanonicalLocales(language)[0];
  } catch (error) {
    loading = undefined;
    throw new Error("The language detector failed.", { cause: error });
  }
}

async function loadIdentifier(): Promise<LanguageIdentifier> {
  const { loadModule } = await import("cld3-asm");
  const factory = await loadModule({ timeout: loadTimeoutMs });
  return factory.create(minBytes, maxBytes);
}
