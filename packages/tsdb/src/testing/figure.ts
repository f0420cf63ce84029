/** One line of a benchmark: name, median, unit, and the spread from the least to the most. */
export function printFigure(name: string, values: readonly number[], unit: string, digits = 1): void {
  const sorted = [...values].sort((a, b) => a - b);
  const [least, median, most] = [0, Math.floor(sorted.length / 2), sorted.length - 1].map((i) => sorted[i].toFixed(digits));
  console.log(`${name.padEnd(52)} ${median.padStart(12)} ${unit.padEnd(14)} [${least} .. ${most}] n=${sorted.length}`);
}

/** CPU time of this process so far, in nanoseconds: steadier than wall time on a machine that others use too. */
export function cpuNanoseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** CPU nanoseconds that each of `count` things takes, `rounds` times after one to warm up. */
export function nanosecondsEach(count: number, rounds: number, work: () => void): number[] {
  work();
  return Array.from({ length: rounds }, () => {
    const start = cpuNanoseconds();
    work();
    return (cpuNanoseconds() - start) / count;
  });
}
