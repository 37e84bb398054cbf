import type { LoadDetector } from "../load-detector.ts";

/** What warnings rest on. */
export const load: LoadDetector = async () => {
  const { guessLanguage } = await import("../../../../shared/article/guess-language.ts");
  return guessLanguage;
};
