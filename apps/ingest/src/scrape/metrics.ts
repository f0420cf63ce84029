import { Counter, type Registry } from 'prom-client';
import type { PublishResult } from '../publish/publisher.ts';
import type { Round } from './target-series.ts';

/** What scraping tells of itself. */
export interface ScrapeMetrics {
  scraped(job: string, round: Round, published: PublishResult): void;
  /** The stale markers of a target that has gone. */
  ended(job: string, published: PublishResult): void;
}

export function createScrapeMetrics(registry: Registry): ScrapeMetrics {
  const registers = [registry];
  const scrapes = new Counter({
    name: 'tidemark_scrapes_total',
    help: 'Scrapes by how they ended: stored, failed (the target), refused (the log had no room).',
    labelNames: ['scrape_job', 'outcome'],
    registers,
  });
  const duplicates = new Counter({
    name: 'tidemark_scrape_duplicate_samples_total',
    help: 'Samples of a series that its scrape had already; the first one counts.',
    labelNames: ['scrape_job'],
    registers,
  });
  const lostEnds = new Counter({
    name: 'tidemark_scrape_unended_targets_total',
    help: 'Targets that went while the log refused their stale markers: their series end by age.',
    labelNames: ['scrape_job'],
    registers,
  });
  return {
    scraped(job, round, published) {
      const outcome = published.kind === 'refused' ? 'refused' : round.failure === null ? 'stored' : 'failed';
      scrapes.inc({ scrape_job: job, outcome });
      if (round.duplicates > 0) duplicates.inc({ scrape_job: job }, round.duplicates);
    },
    ended(job, published) {
      if (published.kind === 'refused') lostEnds.inc({ scrape_job: job });
    },
  };
}
