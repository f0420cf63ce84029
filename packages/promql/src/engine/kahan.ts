/** Kahan's summation in Neumaier's form, as Prometheus sums: what rounding lost is carried beside the sum. */
export class KahanSum {
  sum: number;
  lost = 0;

  constructor(first = 0) {
    this.sum = first;
  }

  add(value: number): void {
    const total = this.sum + value;
    if (!Number.isFinite(total)) this.lost = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.lost += this.sum - total + value;
    else this.lost += value - total + this.sum;
    this.sum = total;
  }

  get total(): number {
    return this.sum + this.lost;
  }
}

/** Sum of `values[from … to)`. */
export function sumOf(values: Float64Array, from: number, to: number): number {
  const sum = new KahanSum();
  for (let i = from; i < to; i++) sum.add(values[i]);
  return sum.total;
}

/** The sum divided once; where the sum would overflow, a running mean from there on. */
export function meanOf(values: Float64Array, from: number, to: number): number {
  const sum = new KahanSum(values[from]);
  let i = from + 1;
  for (; i < to; i++) {
    const { sum: before, lost } = sum;
    sum.add(values[i]);
    if (Number.isFinite(sum.sum) || Number.isNaN(sum.sum)) continue;
    return runningMean(before / (i - from), lost / (i - from), values, i, from, to);
  }
  const count = to - from;
  return Number.isFinite(sum.sum) ? sum.total / count : sum.sum;
}

function runningMean(mean: number, lost: number, values: Float64Array, at: number, from: number, to: number): number {
  const running = new KahanSum(mean);
  running.lost = lost;
  for (let i = at; i < to; i++) {
    const value = values[i];
    if (!Number.isFinite(running.sum) && !Number.isNaN(running.sum)) {
      // An infinite mean stays, unless the opposite infinity or NaN comes.
      if (Number.isFinite(value) || value === running.sum) continue;
    }
    const count = i - from + 1;
    const share = (count - 1) / count;
    running.sum *= share;
    running.lost *= share;
    running.add(value / count);
  }
  return running.total;
}

/** Population variance by Welford's method with both parts compensated. */
export function varianceOf(values: Float64Array, from: number, to: number): number {
  const mean = new KahanSum();
  const squares = new KahanSum();
  for (let i = from; i < to; i++) {
    const delta = values[i] - mean.total;
    mean.add(delta / (i - from + 1));
    squares.add(delta * (values[i] - mean.total));
  }
  return squares.total / (to - from);
}
