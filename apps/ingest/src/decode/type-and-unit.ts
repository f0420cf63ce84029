/** The labels `__type__` and `__unit__`, as what a source says of a metric. What it says itself under these names does not count then. */
import type { MetricType } from '@tidemark/tsdb/model';

const TYPE = '__type__';
const UNIT = '__unit__';

/** `pairs`: name, value, name, value … A value may be what is no text. */
export function withTypeAndUnit<T extends string | null>(pairs: readonly T[], type: MetricType, unit: string): (T | string)[] {
  const isTyped = type !== 'unknown';
  const labels: (T | string)[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const isReplaced = (pairs[i] === TYPE && isTyped) || (pairs[i] === UNIT && unit !== '');
    if (!isReplaced) labels.push(pairs[i], pairs[i + 1]);
  }
  if (isTyped) labels.push(TYPE, type);
  if (unit !== '') labels.push(UNIT, unit);
  return labels;
}

/** Both are taken away where either is known: so Prometheus does with remote write. */
export function withOnlyTypeAndUnit<T extends string | null>(pairs: readonly T[], type: MetricType, unit: string): (T | string)[] {
  if (type === 'unknown' && unit === '') return [...pairs];
  const own = pairs.filter((_, i) => ![TYPE, UNIT].includes(pairs[i - (i % 2)] as string));
  return withTypeAndUnit(own, type, unit);
}
