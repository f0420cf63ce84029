/** Which exposition format a target speaks: asked for by `Accept`, told by `Content-Type`. */
import type { ExpositionFormat } from '@tidemark/tsdb/exposition';

/** As a configuration names them, the one that is wanted most first. */
export type ScrapeProtocol = keyof typeof MEDIA_TYPES;

const MEDIA_TYPES = {
  PrometheusProto: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  'OpenMetricsText1.0.0': 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8',
  'OpenMetricsText0.0.1': 'application/openmetrics-text;version=0.0.1',
  'PrometheusText1.0.0': 'text/plain;version=1.0.0;escaping=allow-utf-8',
  'PrometheusText0.0.4': 'text/plain;version=0.0.4',
} as const;

/** OpenMetrics first, then the text format; names beyond ASCII may come as they are. */
export const TEXT_PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
];

/** Only protobuf has native histograms. */
export const NATIVE_PROTOCOLS: readonly ScrapeProtocol[] = ['PrometheusProto', ...TEXT_PROTOCOLS];

export function isScrapeProtocol(name: string): name is ScrapeProtocol {
  return Object.hasOwn(MEDIA_TYPES, name);
}

export function acceptOf(protocols: readonly ScrapeProtocol[]): string {
  const wanted = protocols.map((name, i) => `${MEDIA_TYPES[name]};q=0.${protocols.length + 2 - i}`);
  return [...wanted, '*/*;q=0.2'].join(',');
}

export type ScrapeFormat = ExpositionFormat | 'protobuf';

export type FormatResult =
  | { readonly kind: 'format'; readonly format: ScrapeFormat }
  | { readonly kind: 'unsupported'; readonly reason: string };

/** A target that names no type, or one that says nothing of metrics, is read as text, as exporters of old expect. */
export function formatOf(contentType: string | undefined): FormatResult {
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (type === 'application/openmetrics-text') return { kind: 'format', format: 'openmetrics' };
  if (type === 'application/vnd.google.protobuf') {
    if (parameters.includes('proto=io.prometheus.client.metricfamily') && parameters.includes('encoding=delimited'))
      return { kind: 'format', format: 'protobuf' };
    return { kind: 'unsupported', reason: `the target answers with protobuf of another kind: ${contentType}` };
  }
  return { kind: 'format', format: 'text' };
}
