import { z } from 'zod';
import { INGEST_TIMEOUT_MS } from '../limits.ts';

/** Asks ingest what only it knows: its targets, and what it does not support of its configuration file. */
export class IngestUnavailableError extends Error {
  override readonly name = 'IngestUnavailableError';
}

/** A target as Prometheus' API names its fields. Fields that are not read here are passed on as they came. */
const ActiveTarget = z.looseObject({
  labels: z.record(z.string(), z.string()),
  scrapePool: z.string(),
  scrapeUrl: z.string(),
  lastError: z.string(),
  /** RFC 3339; the year 1 before the first scrape. */
  lastScrape: z.string(),
  /** Seconds. */
  lastScrapeDuration: z.number(),
  health: z.enum(['up', 'down', 'unknown']),
  scrapeInterval: z.string(),
  /** Not Prometheus': what the last scrape brought. */
  lastSamples: z.number().nullish(),
});
export type ActiveTarget = z.infer<typeof ActiveTarget>;

const Targets = z.looseObject({
  activeTargets: z.array(ActiveTarget),
  /** Not Prometheus': what the configuration file asks for in vain. */
  warnings: z.array(z.string()).optional(),
});
export type Targets = z.infer<typeof Targets>;

const Reply = z.object({ status: z.literal('success'), data: Targets });

export class IngestClient {
  readonly #url: URL;

  constructor(baseUrl: string) {
    this.#url = new URL('/api/v1/targets', baseUrl);
  }

  /** `query` as a client of our API gave it (`state`, `scrapePool`). Throws `IngestUnavailableError`. */
  async targets(query: Readonly<Record<string, string>> = {}): Promise<Targets> {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(INGEST_TIMEOUT_MS) });
      if (!reply.ok) throw new Error(`it answered ${reply.status}`);
      const body = await reply.json();
      Reply.parse(body);
      return (body as z.infer<typeof Reply>).data; // As it came: what is parsed has its fields in another order.
    } catch (error) {
      throw new IngestUnavailableError(`ingest at ${this.#url.origin} does not name its targets: ${reasonOf(error)}`);
    }
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  if (error instanceof z.ZodError) return 'its answer is not understood';
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
