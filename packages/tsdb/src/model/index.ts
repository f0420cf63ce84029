export type { SampleBatch, SampleGroup, SeriesTable } from './batch.ts';
export {
  alignHistograms,
  combineHistograms,
  divideHistogram,
  isReset,
  scaleHistogram,
} from './combine-histograms.ts';
export type { Exemplar } from './exemplar.ts';
export { checkHistogram, decodeHistogram, encodeHistogram, hasIntegers } from './histogram-bytes.ts';
export { isMark, isMarkAt, MARKS_MAX, markedNumber, markHigh, markLow } from './histogram-mark.ts';
export { compareLabels, compareNames, Labels, METRIC_NAME } from './labels.ts';
export { HISTOGRAM_BUCKETS_MAX } from './limits.ts';
export { anchoredRegex, Matcher, type MatchOperator, matchesAll } from './matcher.ts';
export { METRIC_TYPES, type MetricMetadata, type MetricType } from './metadata.ts';
export { NamedSeries } from './named-series.ts';
export {
  type Buckets,
  bucketsOf,
  type CounterHint,
  CUSTOM_SCHEMA,
  isCustom,
  mapCounts,
  type NativeHistogram,
  SCHEMA_MAX,
  SCHEMA_MIN,
  sameHistogram,
  spansOf,
  upperBound,
} from './native-histogram.ts';
export { type AnnouncedSeries, type AnnouncedTexts, ProducerEpoch, TenantTables } from './producer-epoch.ts';
export { histogramsOf, isStaleAt, NO_SAMPLES, type SampleColumns, STALE_HIGH, STALE_LOW, sameBits, writeStaleAt } from './sample.ts';
export { DEFAULT_TENANT, isTenantName } from './tenant.ts';
export { contains, overlaps, TIME_MS_MAX, type TimeRange } from './time-range.ts';
