import { defineConfig } from '@playwright/test';

/** One product for all pages, started as a user starts it; one browser, since the machine has two cores. */
export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results/pages',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 90_000,
  use: { actionTimeout: 10_000 },
  expect: { timeout: 15_000 },
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE === undefined ? 'list' : [['list'], ['json']],
  globalSetup: './support/start-product.ts',
});
