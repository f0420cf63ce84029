import type { RolledFunction, RolledSpan } from './rolled-function.ts';

/** Lines of regression through the means of windows, each as heavy as it has samples. */

interface Line {
  readonly slope: number;
  /** At `atMs`. */
  readonly intercept: number;
}

function lineOf(span: RolledSpan, atMs: number): Line | undefined {
  const { windows, from, to } = span;
  if (to - from === 1) return lineOfOne(span, atMs);
  let [weight, sumX, sumY, sumXY, sumXX] = [0, 0, 0, 0, 0];
  for (let i = from; i < to; i++) {
    const count = windows.count[i];
    const x = ((windows.firstMs[i] + windows.lastMs[i]) / 2 - atMs) / 1000;
    const y = windows.sum[i] / count;
    weight += count;
    sumX += count * x;
    sumY += count * y;
    sumXY += count * x * y;
    sumXX += count * x * x;
  }
  const slope = (sumXY - (sumX * sumY) / weight) / (sumXX - (sumX * sumX) / weight);
  return { slope, intercept: (sumY - slope * sumX) / weight };
}

/** Through its first and its last sample. */
function lineOfOne({ windows, from }: RolledSpan, atMs: number): Line | undefined {
  if (windows.count[from] < 2) return undefined;
  const slope = (windows.last[from] - windows.first[from]) / ((windows.lastMs[from] - windows.firstMs[from]) / 1000);
  return { slope, intercept: windows.last[from] + slope * ((atMs - windows.lastMs[from]) / 1000) };
}

export const DERIV: RolledFunction = {
  need: null,
  ofHistograms: null,
  answer: (span) => lineOf(span, span.windows.firstMs[span.from])?.slope,
};

/** `ahead`: by step, in seconds. */
export function predictLinear(ahead: Float64Array): RolledFunction {
  return {
    need: null,
    ofHistograms: null,
    answer(span) {
      const line = lineOf(span, span.evalMs);
      return line && line.slope * ahead[span.step] + line.intercept;
    },
  };
}
