import type { RolledColumns } from './rolled-columns.ts';

/** Plain columns of their own, whatever becomes of those that they are made of. */
export function copyWindows(windows: RolledColumns): RolledColumns {
  const { widthMs, length, sumIsExact, sketches, histograms } = windows;
  return {
    widthMs,
    length,
    endMs: windows.endMs.slice(),
    count: windows.count.slice(),
    firstMs: windows.firstMs.slice(),
    lastMs: windows.lastMs.slice(),
    first: windows.first.slice(),
    last: windows.last.slice(),
    min: windows.min.slice(),
    max: windows.max.slice(),
    sum: windows.sum.slice(),
    sumIsExact,
    resetCorrection: windows.resetCorrection?.slice() ?? null,
    resets: windows.resets?.slice() ?? null,
    changes: windows.changes?.slice() ?? null,
    deviation: windows.deviation?.slice() ?? null,
    sketches: sketches?.slice() ?? null,
    histograms: histograms?.slice() ?? null,
    staleAtEnd: windows.staleAtEnd.slice(),
    staleEndMs: windows.staleEndMs.slice(),
  };
}
