/** Numbers and durations as text, both ways. */

const UNIT_MS: Record<string, number> = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const UNITS = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const;
const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Milliseconds of `1h30m`; null when it is none: units must fall from `y` to `ms`, each at most once. */
export function parseDuration(text: string): number | null {
  const match = text === '' ? null : DURATION.exec(text);
  if (match === null) return null;
  return UNITS.reduce((ms, unit, i) => ms + Number(match[i + 1] ?? 0) * UNIT_MS[unit], 0);
}

/** `5400000` is `1h30m`. Years, weeks and days only when nothing else remains, as Prometheus prints. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = Math.abs(ms);
  let text = ms < 0 ? '-' : '';
  for (const unit of UNITS) {
    const size = UNIT_MS[unit];
    if ((unit === 'y' || unit === 'w') && rest % size !== 0) continue;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** Decimal, hexadecimal, octal (leading 0), exponents, underscores between digits. Null when it is no number. */
export function parseNumber(text: string): number | null {
  if (/^(inf|nan)$/i.test(text)) return text.toLowerCase() === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN;
  if (text.includes('_') && !/^(0[xX]_?)?[0-9a-fA-F]+(_[0-9a-fA-F]+)*(\.\d+(_\d+)*)?([eE][+-]?\d+)?$/.test(text)) return null;
  const plain = text.replaceAll('_', '');
  if (/^0[xX][0-9a-fA-F]+$/.test(plain)) return Number(plain);
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  return /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain) ? Number(plain) : null;
}

export function parseSignedNumber(text: string): number | null {
  const value = parseNumber(text.replace(/^[+-]/, ''));
  return value === null ? null : text.startsWith('-') ? -value : value;
}

/** The shortest decimal that reads back the same, never with an exponent: Go's `FormatFloat(v, 'f', -1, 64)`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const [, sign, whole, fraction = '', exponentText] = match;
  const exponent = Number(exponentText);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction}${'0'.repeat(exponent - fraction.length)}`;
}
