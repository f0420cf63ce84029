import type { IncomingMessage } from 'node:http';
import { sortInSlices, systemClock } from '@tidemark/base';
import type { Handler } from '@tidemark/base/http';
import { LOOKBACK_MS } from '@tidemark/promql';
import { compareLabels, isMarkAt, isStaleAt, Labels, METRIC_NAME } from '@tidemark/tsdb/model';
import { REPLY_PIECE_CHARS } from '../limits.ts';
import type { QueryService } from '../query/query-service.ts';
import { tenantOf } from '../tenant.ts';
import { ApiError } from './api-error.ts';
import { bodyFor } from './compressed-body.ts';
import { drained, goneSignal } from './endpoint.ts';
import { formatValue } from './number-format.ts';
import { Parameters } from './parameters.ts';
import { apiError } from './query-endpoints.ts';
import { selectorsOf } from './series-endpoints.ts';

/**
 * `/federate`: the newest sample of each series that matches any selector, no older than the lookback, as exposition text 0.0.4 with
 * times: what another Prometheus, or a Tidemark, scrapes.
 */
export function federateHandler(
  queries: QueryService,
  now: () => number,
  onError: (error: unknown, request: IncomingMessage) => void,
): Handler {
  return async (request, response, { url }) => {
    try {
      const tenant = tenantOf(request);
      if (tenant === null) throw new ApiError('bad_data', 'X-Scope-OrgID names no tenant: use letters, digits and -_.');
      const signal = goneSignal(response);
      const parameters = await Parameters.read(request, url);
      const newest = await newestSamples(queries, tenant, parameters, now(), signal);
      const body = bodyFor(request, response);
      const escaping = /escaping\s*=\s*"?allow-utf-8/.test(request.headers.accept ?? '') ? 'allow-utf-8' : 'underscores';
      response.writeHead(200, { 'Content-Type': `text/plain; version=0.0.4; charset=utf-8; escaping=${escaping}` });
      for (const piece of textOf(newest, escaping === 'allow-utf-8' ? (one) => one : plainlyNamed)) {
        const flows = body.write(piece);
        if (flows) await systemClock.turn();
        else await drained(body, signal);
        if (signal.aborted) return;
      }
      body.end();
    } catch (error) {
      if (!(error instanceof ApiError)) onError(error, request);
      const known = error instanceof ApiError ? error : new ApiError('internal', 'internal error: see the log of the worker');
      if (response.headersSent) response.destroy();
      else response.writeHead(known.status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${known.message}\n`);
    }
  };
}

const SAMPLES_PER_LOOK = 256;

interface Newest {
  readonly labels: Labels;
  readonly atMs: number;
  readonly value: number;
}

async function newestSamples(
  queries: QueryService,
  tenant: string,
  parameters: Parameters,
  nowMs: number,
  signal: AbortSignal,
): Promise<Newest[]> {
  const selectors = selectorsOf({ parameters });
  const range = { fromMs: nowMs - LOOKBACK_MS + 1, toMs: nowMs };
  const found = await queries.run('federate', tenant, { signal }, async (budget) => {
    const byKey = new Map<string, Newest>();
    for (const matchers of selectors) {
      for (const { labels, samples } of await queries.queryable.select({ tenant, matchers, range, newestOnly: true }, budget)) {
        if (byKey.size % SAMPLES_PER_LOOK === 0) await budget.breathe();
        const last = samples.times.length - 1;
        // The text format has no native histograms: Prometheus leaves them out, too.
        if (isStaleAt(samples.values, last) || isMarkAt(samples.values, last)) continue;
        byKey.set(labels.key, { labels, atMs: samples.times[last], value: samples.values[last] });
      }
    }
    return sortInSlices(
      [...byKey.values()],
      (a, b) => compareNamed(a.labels, b.labels),
      () => budget.breathe(),
    );
  });
  if (found.kind === 'problem') throw apiError(found.problem, 'match[]', '');
  return found.value;
}

/** For readers that do not say that they know other names: what no name had before has an underscore in its place. */
function plainlyNamed({ labels, atMs, value }: Newest): Newest {
  const isPlain = PLAIN_METRIC.test(labels.name) && [...labels].every(([name]) => PLAIN_LABEL.test(name));
  if (isPlain) return { labels, atMs, value };
  const pairs = [...labels].map(([name, of]): [string, string] =>
    name === METRIC_NAME ? [name, underscored(of, /[^a-zA-Z0-9_:]/gu)] : [underscored(name, /\W/gu), of],
  );
  return { labels: Labels.from([...new Map(pairs)]), atMs, value };
}

function underscored(name: string, wrong: RegExp): string {
  return name.replace(wrong, '_').replace(/^\d/, '_');
}

/** By metric, so that its samples stand together. */
function compareNamed(a: Labels, b: Labels): number {
  return a.name === b.name ? compareLabels(a, b) : a.name < b.name ? -1 : 1;
}

const PLAIN_METRIC = /^[a-zA-Z_:][\w:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_]\w*$/;

/** In pieces worth a write. */
function* textOf(samples: readonly Newest[], named: (sample: Newest) => Newest): Generator<string> {
  let text = '';
  let metric: string | null = null;
  for (const { labels, atMs, value } of samples.values().map(named)) {
    const isPlain = PLAIN_METRIC.test(labels.name);
    if (labels.name !== metric) text += `# TYPE ${isPlain ? labels.name : `"${escaped(labels.name)}"`} untyped\n`;
    metric = labels.name;
    const pairs = [...labels]
      .filter(([name]) => name !== METRIC_NAME)
      .map(([name, of]) => `${PLAIN_LABEL.test(name) ? name : `"${escaped(name)}"`}="${escaped(of)}"`);
    if (!isPlain) pairs.unshift(`"${escaped(labels.name)}"`);
    text += `${isPlain ? labels.name : ''}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${formatValue(value)} ${atMs}\n`;
    if (text.length < REPLY_PIECE_CHARS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
