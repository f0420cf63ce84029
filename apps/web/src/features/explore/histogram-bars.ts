import type { InstantHistogram } from '@tidemark/rpc';

/** A native histogram as bars, one for each bucket in their order, within a box of 1 by 1; y points down. */
export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function histogramBars({ counts }: Pick<InstantHistogram, 'counts'>): readonly Bar[] {
  const most = Math.max(0, ...counts);
  if (!(most > 0)) return [];
  const width = 1 / counts.length;
  return counts.map((count, i) => {
    const height = Math.max(0, count) / most;
    return { x: i * width, y: 1 - height, width, height };
  });
}
