import { defineConfig } from "vitest/config";
import { bundleDesk } from "./infra/bundle-desk.ts";

/** Each folder below test/ is a project, so that one can be run alone: `npx vitest run --project unit`. */
const projects = [
  { name: "unit", testTimeout: 30_000 },
  { name: "simulate", testTimeout: 300_000 },
  { name: "stores", testTimeout: 60_000, globalSetup: ["test/support/synthesize-once.ts"] },
  { name: "functions", testTimeout: 30_000 },
  { name: "infra", testTimeout: 60_000 },
  { name: "e2e", testTimeout: 120_000, globalSetup: ["test/support/synthesize-once.ts"] },
  { name: "docs", testTimeout: 180_000, globalSetup: ["test/support/synthesize-once.ts"] },
];

export default defineConfig({
  test: {
    projects: projects.map(({ name, ...options }) => ({
      // As infra/bundle-functions.ts puts it into the function that serves it.
      define: bundleDesk(),
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        setupFiles: ["test/support/property-runs.ts"],
        hookTimeout: 120_000,
        // A busy machine may take its time; what never comes still fails.
        expect: { poll: { timeout: 20_000 } },
        ...options,
      },
    })),
  },
});
