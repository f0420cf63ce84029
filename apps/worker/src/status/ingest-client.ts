import type { Matcher } from '@tidemark/tsdb/model';
import { z } from 'zod';
import { INGEST_TIMEOUT_MS } from '../limits.ts';

/** Ingest is not there, or says what is not understood. */
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

const Targets = z.looseObject({ activeTargets: z.array(ActiveTarget) });
export type Targets = z.infer<typeof Targets>;

const TargetsReply = z.object({ status: z.literal('success'), data: Targets });
const ConfigReply = z.object({ status: z.literal('success'), data: z.object({ yaml: z.string() }) });
const ScrapePoolsReply = z.object({ status: z.literal('success'), data: z.object({ scrapePools: z.array(z.string()) }) });
const TargetMetadata = z.looseObject({ target: z.record(z.string(), z.string()), type: z.string(), help: z.string() });
const MetadataReply = z.object({ status: z.literal('success'), data: z.array(TargetMetadata) });
export type TargetMetadata = z.infer<typeof TargetMetadata>;
const WarningsReply = z.array(z.string());

/** Asks ingest what only it knows: its targets, and what it does not support of its configuration file. */
export class IngestClient {
  readonly #baseUrl: string;

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  /** `query` as a client of our API gave it (`state`, `scrapePool`). Throws `IngestUnavailableError`. */
  async targets(query: Readonly<Record<string, string>> = {}): Promise<Targets> {
    return (await this.#ask(`/api/v1/targets?${new URLSearchParams(query)}`, TargetsReply)).data;
  }

  /** What targets with these labels say of their metrics; of one, if it is named. A limit below 0 is none. Throws `IngestUnavailableError`. */
  async targetMetadata(matchers: readonly Matcher[], metric: string, limit: number): Promise<readonly TargetMetadata[]> {
    const plain = JSON.stringify(matchers.map(({ name, operator, value }) => [name, operator, value]));
    const asked = new URLSearchParams({ matchers: plain, metric, limit: String(limit) });
    return (await this.#ask(`/api/v1/targets/metadata?${asked}`, MetadataReply)).data;
  }

  /** The names of the jobs that are scraped. Throws `IngestUnavailableError`. */
  async scrapePools(): Promise<{ readonly scrapePools: readonly string[] }> {
    return (await this.#ask('/api/v1/scrape_pools', ScrapePoolsReply)).data;
  }

  /** Its configuration file, without secrets. Throws `IngestUnavailableError`. */
  async config(): Promise<{ readonly yaml: string }> {
    return (await this.#ask('/api/v1/status/config', ConfigReply)).data;
  }

  /** What the configuration file asks for in vain. Throws `IngestUnavailableError`. */
  warnings(): Promise<readonly string[]> {
    return this.#ask('/api/v1/config/warnings', WarningsReply);
  }

  /** As it came, once it is known to be what it should: what zod gives back has its fields in another order. */
  async #ask<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const url = new URL(path, this.#baseUrl);
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(INGEST_TIMEOUT_MS) });
      if (!reply.ok) throw new Error(`it answered ${reply.status}`);
      const body = await reply.json();
      schema.parse(body);
      return body as T;
    } catch (error) {
      throw new IngestUnavailableError(`ingest at ${url.origin} does not answer: ${reasonOf(error)}`);
    }
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'its answer is not understood';
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
