/** One line for each figure: name, value, unit, spread. Medians; the spread is the least and the most. */
export function report(name: string, values: readonly number[], unit: string, digits = 2): void {
  const sorted = [...values].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const spread = sorted.length > 1 ? `[${format(sorted[0], digits)} .. ${format(sorted.at(-1)!, digits)}] n=${sorted.length}` : 'n=1';
  console.log(`${name.padEnd(52)} ${format(median, digits).padStart(12)} ${unit.padEnd(14)} ${spread}`);
}

/** A quantile of many measurements as one figure. */
export function reportQuantile(name: string, values: readonly number[], quantile: number, unit: string, digits = 0): void {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))];
  console.log(
    `${name.padEnd(52)} ${format(value, digits).padStart(12)} ${unit.padEnd(14)} [${format(sorted[0], digits)} .. ${format(sorted.at(-1)!, digits)}] n=${sorted.length}`,
  );
}

function format(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
