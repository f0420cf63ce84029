import type { TimeRange } from '../lib/time-range/range.ts';

const past = (from: string): TimeRange => ({ kind: 'relative', from: `now-${from}`, to: 'now' });

export const PRESETS: readonly TimeRange[] = [
  ...['5m', '15m', '30m', '1h', '3h', '6h', '12h', '1d', '2d', '7d', '30d', '1y'].map(past),
  { kind: 'relative', from: 'now/d', to: 'now' },
  { kind: 'relative', from: 'now-1d/d', to: 'now/d' },
];
