import type { LoadDetector } from "../load-detector.ts";

/** What ingest stores. */
export const load: LoadDetector = async () => {
  const { detectLanguage } = await import("../../../../shared/article/detect-language.ts");
  return detectLanguage;
};
