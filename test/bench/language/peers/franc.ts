import type { LoadDetector } from "../load-detector.ts";

export const load: LoadDetector = async () => {
  const { franc } = await import("franc");
  return (text) => {
    const found = franc(text);
    // It has codes of three letters; the canonical tag has two, where there are two.
    return found === "und" ? undefined : Intl.getCanonicalLocales(found)[0];
  };
};
