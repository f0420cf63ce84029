/**
 * Numbers as Prometheus' HTTP API writes them: sample values as text in Go's shortest form, times in seconds.
 * Source: Prometheus 3, util/jsonutil: plain digits, an exponent only below 1e-6 and from 1e21 on.
 */
export function formatValue(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  if (value !== value) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  const text = String(value);
  const exponent = text.indexOf('e');
  // JavaScript turns to exponents at 1e21 and below 1e-6, as Go's caller does; only the exponent's two digits differ.
  if (exponent === -1) return text;
  const digits = text.slice(exponent + 2);
  return `${text.slice(0, exponent + 2)}${digits.padStart(2, '0')}`;
}

/** Seconds, with three decimals unless they are whole. */
export function formatTime(atMs: number): string {
  const magnitude = Math.abs(atMs);
  const fraction = magnitude % 1000;
  const seconds = `${atMs < 0 ? '-' : ''}${(magnitude - fraction) / 1000}`;
  return fraction === 0 ? seconds : `${seconds}.${String(fraction).padStart(3, '0')}`;
}
