import { defineConfig } from "vitest/config";

/** The tests that the ingest protocol has to satisfy; each runs for every mutant that it reaches, so the slow ones stay out. */
// biome-ignore lint/style/noDefaultExport: vitest reads its configuration so.
export default defineConfig({
  test: {
    name: "mutate",
    include: [
      "test/mutate/*.test.ts",
      "test/unit/protocol/{copy-that-says-more,detected-language,quarantine}.test.ts",
      "test/unit/shared/{answer-item,article-address,compare-with-candidates,leave-cluster,open-days,place-article,ingest-article,precondition,retract-article,settle-address,settle-race}.test.ts",
    ],
    setupFiles: ["test/support/property-runs.ts"],
    testTimeout: 60_000,
    isolate: false,
  },
});
