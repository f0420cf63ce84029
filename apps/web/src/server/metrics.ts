/** What the web says about itself on `/metrics`. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

interface WebMetrics {
  readonly registry: Registry;
  readonly passThrough: Histogram<'method' | 'status'>;
}

/** One registry for each process, although the bundler may load this module once for each route. */
export function webMetrics(): WebMetrics {
  const shared = globalThis as { tidemarkWebMetrics?: WebMetrics };
  shared.tidemarkWebMetrics ??= create();
  return shared.tidemarkWebMetrics;
}

function create(): WebMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const passThrough = new Histogram({
    name: 'tidemark_web_worker_request_duration_seconds',
    help: 'Time from a browser request to the first byte of the answer of the worker.',
    labelNames: ['method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return { registry, passThrough };
}
