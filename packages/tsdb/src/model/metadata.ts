/** What a metric is, as its target says. Prometheus' `metadata` API shows it. */
export type MetricType = 'counter' | 'gauge' | 'histogram' | 'gaugehistogram' | 'summary' | 'info' | 'stateset' | 'unknown';

export const METRIC_TYPES: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
];

export interface MetricMetadata {
  /** The metric family's name, without `_total`, `_bucket` and the like where the exposition leaves them out. */
  readonly family: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string;
}
