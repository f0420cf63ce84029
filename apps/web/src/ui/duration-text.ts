const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** The two largest units that are not zero: `2 h 5 min`, `34 s`, `120 ms`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const at = UNITS.findIndex(([size]) => ms >= size);
  const [size, name] = UNITS[at];
  const whole = Math.floor(ms / size);
  const below = UNITS[at + 1];
  const rest = below === undefined ? 0 : Math.floor((ms - whole * size) / below[0]);
  return rest === 0 || below === undefined ? `${whole} ${name}` : `${whole} ${name} ${rest} ${below[1]}`;
}
