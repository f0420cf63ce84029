import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProduct } from './product.ts';

/**
 * Playwright's global set-up: the product that all pages share. Its addresses go to the tests by the environment; where
 * they are set already, the product that runs there is used.
 */
export default async function startSharedProduct(): Promise<() => Promise<void>> {
  if (process.env.TIDEMARK_WEB_URL !== undefined) return async () => {};
  const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-pages-'));
  const product = await startProduct({ dataDir });
  process.env.TIDEMARK_WEB_URL = product.webUrl;
  process.env.TIDEMARK_INGEST_URL = product.ingestUrl;
  process.env.TIDEMARK_QUERY_URL = product.queryUrl;
  return async () => {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
