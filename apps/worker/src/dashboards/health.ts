import type { DashboardDraft } from '@tidemark/rpc';
import { layOut, type PanelSketch } from './layout.ts';

/** Tidemark itself, from the metrics that its services put into the log like everybody's. */
const SERVICES = 'job=~"tidemark.*"';

/** A histogram's quantile over all who report it; over a longer window for what may not happen each second. */
function quantile(q: number, histogram: string, window = '$__rate_interval'): string {
  return `histogram_quantile(${q}, sum by (le) (rate(${histogram}_bucket[${window}])))`;
}

/** The half and the slowest hundredth of a histogram of seconds. */
function latency(id: string, title: string, histogram: string, window?: string): PanelSketch {
  return {
    id,
    title,
    unit: 'seconds',
    queries: [
      [quantile(0.5, histogram, window), 'p50'],
      [quantile(0.99, histogram, window), 'p99'],
    ],
  };
}

export const HEALTH_DASHBOARD: DashboardDraft = {
  id: 'tidemark',
  title: 'System health',
  description: 'How Tidemark itself is: what it takes in, how far it is behind, and how quickly it answers.',
  tags: ['tidemark'],
  version: 0,
  panels: layOut([
    {
      height: 4,
      panels: [
        {
          id: 'ingest-now',
          title: 'Samples in',
          kind: 'stat',
          unit: 'per_second',
          queries: ['sum(rate(tidemark_ingest_samples_total[$__rate_interval]))'],
        },
        {
          id: 'lag-now',
          title: 'Log lag',
          kind: 'stat',
          unit: 'seconds',
          decimals: 2,
          thresholds: [
            { value: 2, state: 'warning' },
            { value: 10, state: 'critical' },
          ],
          queries: ['max(tidemark_worker_log_lag_seconds)'],
        },
        { id: 'series-now', title: 'Series in memory', kind: 'stat', unit: 'count', queries: ['sum(tidemark_head_series)'] },
        { id: 'blocks-now', title: 'Blocks on disk', kind: 'stat', unit: 'bytes', queries: ['sum(tidemark_block_bytes)'] },
        {
          id: 'query-now',
          title: 'Query latency, p99',
          kind: 'stat',
          unit: 'seconds',
          queries: [quantile(0.99, 'tidemark_query_duration_seconds', '1m')],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'samples',
          title: 'Samples',
          unit: 'per_second',
          queries: [
            ['sum(rate(tidemark_ingest_samples_total[$__rate_interval]))', 'into the log'],
            ['sum(rate(tidemark_worker_samples_appended_total[$__rate_interval]))', 'appended'],
            ['sum(rate(tidemark_worker_samples_replayed_total[$__rate_interval])) > 0', 'replayed'],
          ],
        },
        {
          id: 'refused',
          title: 'Samples refused',
          unit: 'per_second',
          queries: [
            ['sum(rate(tidemark_ingest_refused_samples_total[$__rate_interval]))', 'ingest: log full'],
            ['sum by (reason) (rate(tidemark_ingest_dropped_total[$__rate_interval]))', 'ingest: {{reason}}'],
            ['sum by (reason) (rate(tidemark_worker_samples_refused_total[$__rate_interval]))', 'worker: {{reason}}'],
          ],
        },
        latency('publish', 'Until a sample is durable', 'tidemark_ingest_publish_duration_seconds'),
      ],
    },
    {
      height: 8,
      panels: [
        latency('append-delay', 'From accepted to queryable', 'tidemark_worker_append_delay_seconds'),
        {
          id: 'log-lag',
          title: 'Log lag in records',
          unit: 'count',
          queries: [['tidemark_worker_log_lag_records', 'partition {{partition}}']],
        },
        {
          id: 'queue',
          title: 'Samples waiting for the log',
          unit: 'count',
          queries: [['sum(tidemark_ingest_waiting_samples)', 'waiting']],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'query-rate',
          title: 'Queries',
          unit: 'per_second',
          queries: [['sum by (kind, outcome) (rate(tidemark_query_duration_seconds_count[$__rate_interval]))', '{{kind}} {{outcome}}']],
        },
        latency('query-latency', 'Query latency', 'tidemark_query_duration_seconds', '1m'),
        {
          id: 'queries-running',
          title: 'Queries running and waiting',
          unit: 'count',
          queries: [
            ['sum(tidemark_queries_running)', 'running'],
            ['sum(tidemark_queries_waiting)', 'waiting'],
            ['sum(tidemark_live_subscribers)', 'live viewers'],
          ],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'rules',
          title: 'Rule evaluation',
          unit: 'seconds',
          queries: [
            [quantile(0.99, 'tidemark_rules_tick_duration_seconds'), 'all rules once, p99'],
            [quantile(0.99, 'tidemark_rules_tick_delay_seconds'), 'after their second, p99'],
          ],
        },
        {
          id: 'alerts',
          title: 'Alerts',
          unit: 'count',
          queries: [['sum by (state) (tidemark_alerts)', '{{state}}']],
        },
        {
          id: 'notifications',
          title: 'Notifications',
          unit: 'per_second',
          queries: [
            ['sum by (receiver, outcome) (rate(tidemark_notifications_total[$__rate_interval]))', '{{receiver}} {{outcome}}'],
            ['sum(rate(tidemark_rules_evaluation_failures_total[$__rate_interval]))', 'rules that failed'],
          ],
        },
      ],
    },
    {
      height: 8,
      panels: [
        {
          id: 'cpu',
          title: 'CPU of each service',
          unit: 'percent',
          queries: [[`100 * sum by (job) (rate(process_cpu_seconds_total{${SERVICES}}[$__rate_interval]))`, '{{job}}']],
        },
        {
          id: 'memory',
          title: 'Memory of each service',
          unit: 'bytes',
          queries: [[`sum by (job) (process_resident_memory_bytes{${SERVICES}})`, '{{job}}']],
        },
        {
          id: 'event-loop',
          title: 'Event loop lag, p99',
          unit: 'seconds',
          queries: [
            [`max by (job) (nodejs_eventloop_lag_p99_seconds{${SERVICES}})`, '{{job}}'],
            ['max(tidemark_worker_thread_loop_delay_seconds{quantile="0.99"})', 'partition threads'],
          ],
        },
      ],
    },
  ]),
};
