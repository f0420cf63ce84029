/**
 * Standard deviations lie on a grid of 1,100 steps for each doubling: three roundings, as many as a day's has seen, stay below 0.1 %.
 * 0, infinity and NaN are what they are.
 */
const STEPS_PER_DOUBLING = 1100;

export function onGrid(deviation: number): number {
  return deviation > 0 && deviation < Number.POSITIVE_INFINITY ? atStep(stepOf(deviation)) : deviation;
}

export function stepOf(deviation: number): number {
  return Math.round(Math.log2(deviation) * STEPS_PER_DOUBLING);
}

export function atStep(step: number): number {
  return 2 ** (step / STEPS_PER_DOUBLING);
}

/** Of `values[from … to)`, whose mean is given: what rounding did to it is taken back. */
export function deviationOf(values: Float64Array, from: number, to: number, mean: number): number {
  let squares = 0;
  let rest = 0;
  for (let i = from; i < to; i++) {
    const distance = values[i] - mean;
    squares += distance * distance;
    rest += distance;
  }
  const count = to - from;
  const variance = (squares - (rest * rest) / count) / count;
  return onGrid(Math.sqrt(Math.max(0, variance)));
}
