/** From the command to the printed address, on a folder that exists, and how long an end takes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProduct } from '@tidemark/tests/product';
import { report } from './support/report.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
const startsMs: number[] = [];
const stopsMs: number[] = [];
try {
  for (let run = 0; run < 4; run++) {
    const from = performance.now();
    const product = await startProduct({ dataDir });
    const ready = performance.now();
    await product.stop();
    if (run === 0) {
      report('start-up on an empty folder', [(ready - from) / 1000], 's');
      continue;
    }
    startsMs.push((ready - from) / 1000);
    stopsMs.push((performance.now() - ready) / 1000);
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
report('start-up, second and later', startsMs, 's');
report('end after Ctrl-C', stopsMs, 's');
