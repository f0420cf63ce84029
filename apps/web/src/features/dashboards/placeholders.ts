/**
 * What an expression may leave to the panel: `$__interval` is the query's step, `$__rate_interval` a window that holds at least two
 * points of every series (never below 4 s, since hosts are collected each second), `$__range` the whole range. `${__interval}` too.
 */
export interface PlaceholderValues {
  readonly stepMs: number;
  readonly rangeMs: number;
}

export const RATE_INTERVAL_MIN_MS = 4_000;

export function replacePlaceholders(expr: string, { stepMs, rangeMs }: PlaceholderValues): string {
  const values: Record<string, string> = {
    __interval: promDuration(stepMs),
    __rate_interval: promDuration(Math.max(RATE_INTERVAL_MIN_MS, 2 * stepMs)),
    __range: promDuration(Math.max(1000, rangeMs)),
  };
  return expr.replace(/\$(?:\{(__\w+)\}|(__\w+))/g, (whole, braced, bare) => values[braced ?? bare] ?? whole);
}

/** The longest unit that leaves a whole number: `90s`, `5m`, `1d`. */
function promDuration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  for (const [size, unit] of [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
  ] as const) {
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}
