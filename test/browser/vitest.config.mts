import { defineConfig } from "vitest/config";

// `npm run browser`: JupyterLab in a real Chromium. Apart from the unit tests, since not every machine has one.
export default defineConfig({
  test: {
    include: ["test/browser/**/*.browser.ts"],
    root: new URL("../..", import.meta.url).pathname,
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
