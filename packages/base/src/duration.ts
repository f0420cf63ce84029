/**
 * Durations as Prometheus writes them: `1h30m`, `90s`, `500ms`, and a bare `0`. Largest unit first, each at most once. A year has
 * 365 days.
 */
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** Milliseconds, or null when `text` is no duration. */
export function parseDurationMs(text: string): number | null {
  if (text === '0') return 0;
  const match = DURATION.exec(text);
  if (match === null || text === '') return null;
  const ms = UNITS.reduce((sum, [, unitMs], i) => sum + Number(match[i + 1] ?? 0) * unitMs, 0);
  return Number.isSafeInteger(ms) ? ms : null;
}

/** The shortest form that `parseDurationMs` reads back; weeks and years only when they divide evenly. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = ms;
  let text = '';
  for (const [unit, unitMs] of UNITS) {
    const whole = Math.floor(rest / unitMs);
    if (whole === 0 || ((unit === 'y' || unit === 'w') && rest % unitMs !== 0)) continue;
    text += `${whole}${unit}`;
    rest -= whole * unitMs;
  }
  return text;
}
