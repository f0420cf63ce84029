import { defineConfig } from '@playwright/test';

/** One product for all pages, started as a user starts it; one browser, since the machine has two cores. */
export default defineConfig({
  testDir: './e2e',
  outputDir: '../test-results/pages',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json']],
  globalSetup: './support/start-product.ts',
});
