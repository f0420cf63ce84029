/**
 * `node --expose-gc packages/tsdb/src/head/head.bench.ts [SERIES]`: steady appends, a series' first sample, and what a series costs in memory.
 * Each number of series has a process of its own: what another one has let go of would be taken again, and not be seen.
 */
import { spawnSync } from 'node:child_process';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { SeriesTable } from '../model/batch.ts';
import { Labels } from '../model/labels.ts';
import { NamedSeries } from '../model/named-series.ts';
import { groupsBatch } from '../testing/batches.ts';
import { cpuNanoseconds, printFigure } from '../testing/figure.ts';
import { Head } from './head.ts';

/** Series of one scrape; a batch is one scrape. */
const TARGET_SERIES = 1000;
const START_MS = 1_700_000_000_000;
const numbers = Uint32Array.from({ length: TARGET_SERIES }, (_, i) => i);

/** Labels as an exporter's series have them: 8 pairs, of which most are shared. */
function target(index: number): SeriesTable {
  return NamedSeries.of(
    Array.from({ length: TARGET_SERIES }, (_, i) =>
      Labels.from({
        __name__: `node_metric_${i % 300}_total`,
        cluster: 'production',
        device: `dev${Math.floor(i / 300)}`,
        instance: `host-${index}.example.com:9100`,
        job: 'node',
        mode: `mode${i % 8}`,
        region: 'eu-central-1',
        team: `team-${index % 12}`,
      }),
    ),
  );
}

function scrapeAll(head: Head, targets: readonly SeriesTable[], round: number): void {
  const timeMs = START_MS + round * 15_000;
  const values = Float64Array.from(numbers, (number) => round * (number % 17));
  for (const [offset, table] of targets.entries()) {
    head.append(groupsBatch(table, [{ timeMs: timeMs + offset, numbers, values }]), { offset, epochOffset: 0 }, timeMs, () => 0, null);
  }
}

/** What the process has, its garbage aside. The targets' labels, which the log's reader holds, are there before. */
function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** Series, and how often they are scraped beside their first sample: whole chunks, so that each has its part of sealing. */
const SIZES = [
  [10_000, 600],
  [100_000, 600],
  [1_000_000, 60],
];

const [wanted] = process.argv.slice(2).map(Number);
for (const [series, scrapes] of SIZES) {
  if (series === wanted) measure(series, scrapes);
  if (wanted !== undefined) continue;
  const args = [...process.execArgv, import.meta.filename, String(series)];
  if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0) process.exitCode = 1;
}

function measure(series: number, scrapes: number): void {
  const targets = Array.from({ length: series / TARGET_SERIES }, (_, i) => target(i));
  const before = residentBytes();
  const head = new Head(DEFAULT_LIMITS, 0);
  const first = cpuNanoseconds();
  scrapeAll(head, targets, 0);
  const firstNs = (cpuNanoseconds() - first) / series;
  const name = `head, ${series.toLocaleString('en-US')} series`;
  printFigure(`${name}: first sample of a series`, [firstNs], 'ns/sample');
  const printMemory = (samples: string) => {
    const resident = residentBytes() - before;
    printFigure(`${name}: resident memory with ${samples} each`, [resident / series], 'B/series', 0);
    printFigure(`${name}: of it samples`, [head.memory.bytes / series], 'B/series', 0);
  };
  printMemory('one sample');

  const rounds = Array.from({ length: 5 }, (_, i) => {
    const start = cpuNanoseconds();
    for (let round = 1 + (i * scrapes) / 5; round <= ((i + 1) * scrapes) / 5; round++) scrapeAll(head, targets, round);
    return (cpuNanoseconds() - start) / ((series * scrapes) / 5);
  });
  printFigure(`${name}: append, sealing included`, rounds, 'ns/sample');
  printMemory(`${scrapes + 1} samples`);
  printFigure(`${name}: the limit's estimate of it`, [head.bytes / series], 'B/series', 0);
}
