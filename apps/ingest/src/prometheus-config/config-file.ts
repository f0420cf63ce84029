import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Clock } from '@tidemark/base';
import { type Routes, sendJson, sendText } from '@tidemark/base/http';
import type { Service } from '@tidemark/base/service';
import { type IngestFeatures, NO_FEATURES } from '../features.ts';
import { FILE_POLL_MS } from '../scrape/limits.ts';
import type { ScrapeJob } from './job.ts';
import { loadPrometheusConfig } from './load.ts';
import { shownConfig } from './shown.ts';

/**
 * The configuration in use: a file's jobs beside Tidemark's own. Read again when the file changes or when asked;
 * a file that is wrong changes nothing and is told of.
 */
export interface ConfigFileOptions {
  /** Null: only Tidemark's own jobs. */
  readonly path: string | null;
  readonly ownJobs: readonly ScrapeJob[];
  /** Of the file's jobs. */
  readonly features?: IngestFeatures;
  readonly clock: Clock;
  readonly apply: (jobs: readonly ScrapeJob[]) => void;
  readonly warn: (message: string) => void;
}

export type ReloadResult = { readonly kind: 'applied' } | { readonly kind: 'refused'; readonly reason: string };

export class ConfigFile implements Service {
  readonly name = 'config-file';
  readonly #options: ConfigFileOptions;
  #version: string | null = null;
  #warnings: readonly string[] = [];
  #shown = '';
  #refusal: string | null = null;

  constructor(options: ConfigFileOptions) {
    this.#options = options;
  }

  /** What the file asks for in vain, and why its last change was not taken. */
  get warnings(): readonly string[] {
    return this.#refusal === null ? this.#warnings : [`not in use: ${this.#refusal}`, ...this.#warnings];
  }

  /** The file in use, as YAML, without its secrets; empty without one. */
  get shown(): string {
    return this.#shown;
  }

  async reload(): Promise<ReloadResult> {
    const { path, ownJobs, apply, warn, features = NO_FEATURES } = this.#options;
    if (path === null) {
      apply(ownJobs);
      return { kind: 'applied' };
    }
    this.#version = await versionOf(path);
    const loaded = await load(path, new Set(ownJobs.map((job) => job.name)), features);
    if (loaded.kind === 'refused') {
      this.#refusal = loaded.reason;
      return loaded;
    }
    this.#refusal = null;
    for (const warning of loaded.warnings) if (!this.#warnings.includes(warning)) warn(warning);
    this.#warnings = loaded.warnings;
    this.#shown = loaded.shown;
    apply([...ownJobs, ...loaded.jobs]);
    return { kind: 'applied' };
  }

  /** Follows the file; `reload` must have been called once. */
  async run(signal: AbortSignal): Promise<void> {
    const { path, clock, warn } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(FILE_POLL_MS, signal);
      if (signal.aborted || path === null || (await versionOf(path)) === this.#version) continue;
      const result = await this.reload();
      if (result.kind === 'refused') warn(`the changed configuration is not in use: ${result.reason}`);
    }
  }

  async drain(): Promise<void> {}
}

interface Loaded {
  readonly kind: 'loaded';
  readonly jobs: readonly ScrapeJob[];
  readonly warnings: readonly string[];
  readonly shown: string;
}

async function load(
  path: string,
  taken: ReadonlySet<string>,
  features: IngestFeatures,
): Promise<Loaded | { readonly kind: 'refused'; readonly reason: string }> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch (error) {
    return { kind: 'refused', reason: `${path} cannot be read: ${(error as Error).message}` };
  }
  const result = loadPrometheusConfig(source, (relative) => resolve(dirname(path), relative), features);
  if (result.kind === 'invalid') {
    const problems = result.problems.map(({ path: at, line, message }) => `line ${line}${at === '' ? '' : `, ${at}`}: ${message}`);
    return { kind: 'refused', reason: `${path}: ${problems.join('; ')}` };
  }
  const { jobs, warnings } = result.config;
  const doubled = jobs.filter((job) => taken.has(job.name));
  return {
    kind: 'loaded',
    jobs: jobs.filter((job) => !taken.has(job.name)),
    shown: shownConfig(source),
    warnings: [...warnings, ...doubled.map((job) => `job ${job.name} has no effect: Tidemark scrapes itself under this name`)],
  };
}

/** What a stat shows of the file; null while it is not there. */
async function versionOf(path: string): Promise<string | null> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return null;
  }
}

export function configRoutes(config: ConfigFile): Routes {
  return {
    'GET /api/v1/config/warnings': (_request, response) => sendJson(response, 200, config.warnings),
    'GET /api/v1/status/config': (_request, response) => sendJson(response, 200, { status: 'success', data: { yaml: config.shown } }),
    'POST /-/reload': async (_request, response) => {
      const result = await config.reload();
      if (result.kind === 'applied') sendText(response, 200, '');
      else sendText(response, 500, `failed to reload config: ${result.reason}\n`);
    },
  };
}
