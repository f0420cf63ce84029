import { expect, test } from 'vitest';
import { replacePlaceholders } from './placeholders.ts';

test.each([
  ['rate(x[$__rate_interval])', 1_000, 'rate(x[4s])'],
  ['rate(x[$__rate_interval])', 5_000, 'rate(x[10s])'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a placeholder of ours.
  ['rate(x[${__rate_interval}])', 30_000, 'rate(x[1m])'],
  ['avg_over_time(x[$__interval])', 3_600_000, 'avg_over_time(x[1h])'],
  ['increase(x[$__range])', 1_000, 'increase(x[15m])'],
  ['label_replace(x, "a", "$1", "b", "(.*)")', 1_000, 'label_replace(x, "a", "$1", "b", "(.*)")'],
  ['x{a="$__unknown"}', 1_000, 'x{a="$__unknown"}'],
])('%s at %d ms', (expr, stepMs, expected) => {
  expect(replacePlaceholders(expr, { stepMs, rangeMs: 900_000 })).toBe(expected);
});
