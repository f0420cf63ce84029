import { METRIC_TYPES, type MetricMetadata, type MetricType } from '@tidemark/tsdb/model';
import { HELP_BYTES_MAX, LABEL_NAME_BYTES_MAX } from '../limits.ts';

/** Null when there is nothing to say, or no family to say it of. Both versions of remote write number the types alike. */
export function metadataOf(family: string | null, typeNumber: number, help: string | null, unit: string | null): MetricMetadata | null {
  const type = METRIC_TYPES[typeNumber] ?? 'unknown';
  if (!family || Buffer.byteLength(family) > LABEL_NAME_BYTES_MAX) return null;
  if (type === 'unknown' && !help && !unit) return null;
  return { family, type, help: cut(help ?? ''), unit: cut(unit ?? '') };
}

/** Remote write 2.0 says it of each series; the family is what its series have in common. */
export function familyOf(metricName: string, type: MetricType): string {
  if (type === 'histogram' || type === 'gaugehistogram') return metricName.replace(/_(bucket|count|sum)$/, '');
  return type === 'summary' ? metricName.replace(/_(count|sum)$/, '') : metricName;
}

function cut(text: string): string {
  return text.length <= HELP_BYTES_MAX / 4 || Buffer.byteLength(text) <= HELP_BYTES_MAX
    ? text
    : text.slice(0, HELP_BYTES_MAX / 4).toWellFormed();
}
