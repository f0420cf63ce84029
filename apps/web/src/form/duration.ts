/**
 * Durations as Prometheus writes them: `1h30m`, `90s`, `500ms`, and a bare `0`. Largest unit first, each at most once. Years
 * have 365 days.
 */
const UNITS_MS = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Milliseconds, or null for what is no duration. Empty is none at all: 0. */
export function parseDuration(text: string): number | null {
  const compact = text.replaceAll(/\s+/g, '');
  if (compact === '' || compact === '0') return 0;
  const match = PATTERN.exec(compact);
  if (match === null) return null;
  const ms = UNITS_MS.reduce((sum, [, unitMs], at) => sum + Number(match[at + 1] ?? 0) * unitMs, 0);
  return Number.isSafeInteger(ms) ? ms : null;
}

/** The shortest exact way to write it. Weeks and years only when nothing is left over: `8d` reads better than `1w1d`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = ms;
  let text = '';
  for (const [unit, unitMs] of UNITS_MS) {
    if (unitMs > 86_400_000 && rest % unitMs !== 0) continue;
    const count = Math.floor(rest / unitMs);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text;
}
