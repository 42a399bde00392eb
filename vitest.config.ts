import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Each project is a tier of tests: `npm test` runs unit, `npm run check` meta, the others have scripts of their own.
const tier = (name: string, include: string[], exclude: string[] = [], testTimeout = 20_000) => ({
  test: { name, include, exclude: ["**/node_modules/**", ...exclude], testTimeout, hookTimeout: 60_000 },
});

// With TEST_REPORT a tier also writes its result as JSON, for whoever sums up several tiers.
const report = process.env.TEST_REPORT;

export default defineConfig({
  test: {
    // One worker more than cores, since tests of processes and servers mostly wait.
    maxWorkers: availableParallelism() + 1,
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
    projects: [
      tier("meta", ["test/meta/**/*.test.ts"]),
      tier("unit", ["test/**/*.test.ts"], ["test/meta/**", "test/faults/**", "test/envtest/**"]),
      tier("faults", ["test/faults/**/*.test.ts"], [], 600_000),
      {
        test: {
          ...tier("envtest", ["test/envtest/**/*.test.ts"], [], 300_000).test,
          globalSetup: "test/envtest/setup.ts",
        },
      },
    ],
  },
});
