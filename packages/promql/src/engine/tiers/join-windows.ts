import type { RolledColumns, Sketch } from '@tidemark/tsdb/rollup';

/** Stretches of windows of one series, rising, as one. What one of them does not keep, the whole does not. */
export function joinWindows(parts: readonly RolledColumns[]): RolledColumns {
  const column = (name: NumberColumn) => joined(parts.map((part) => part[name]));
  const kept = (name: 'changes' | 'deviation' | 'resetCorrection' | 'resets') =>
    parts.every((part) => part[name] !== null) ? joined(parts.map((part) => part[name] as Float64Array)) : null;
  const sketches = parts.every((part) => part.sketches !== null)
    ? parts.flatMap((part) => part.sketches as readonly (Sketch | null)[])
    : null;
  const staleAtEnd = new Uint8Array(lengthOf(parts.map((part) => part.staleAtEnd)));
  let at = 0;
  for (const part of parts) {
    staleAtEnd.set(part.staleAtEnd, at);
    at += part.staleAtEnd.length;
  }
  return {
    widthMs: parts[0].widthMs,
    length: staleAtEnd.length,
    endMs: column('endMs'),
    count: column('count'),
    firstMs: column('firstMs'),
    lastMs: column('lastMs'),
    first: column('first'),
    last: column('last'),
    min: column('min'),
    max: column('max'),
    sum: column('sum'),
    sumIsExact: parts.every((part) => part.sumIsExact),
    resetCorrection: kept('resetCorrection'),
    resets: kept('resets'),
    changes: kept('changes'),
    deviation: kept('deviation'),
    sketches,
    staleAtEnd,
    staleEndMs: column('staleEndMs'),
  };
}

type NumberColumn = { [Name in keyof RolledColumns]: RolledColumns[Name] extends Float64Array ? Name : never }[keyof RolledColumns];

function joined(columns: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(lengthOf(columns));
  let at = 0;
  for (const column of columns) {
    all.set(column, at);
    at += column.length;
  }
  return all;
}

function lengthOf(columns: readonly { readonly length: number }[]): number {
  return columns.reduce((sum, { length }) => sum + length, 0);
}
