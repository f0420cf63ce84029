import { ByteWriter } from '@tidemark/base';
import { digitsOf, fromDigits, isDecimal } from './decimal-columns.ts';
import { atStep, stepOf } from './deviation.ts';
import { writeNumbers, writePositions } from './number-columns.ts';
import type { RolledColumns } from './rolled-columns.ts';
import { writeHistograms } from './rolled-histograms.ts';
import { ANY, formOf, type LevelsForm, type LevelsKind, ONE_VALUE, RISING, writeLevels } from './rolled-levels.ts';
import { encodeSketches } from './rolled-sketches.ts';
import { sumOfSame } from './sums.ts';

/**
 * What the windows of a chunk hold; where these lie is in their frame (rolled-frame.ts). Drawn in docs/format/rolled-chunk.md.
 *
 *   windows := flags:u8  section*        flags: the kind of levels; 4 resets; 8 what a gauge has; 16 sketches; 32 sums are residuals;
 *                                              64 some windows are a counter's all the same: their changes are NaN;
 *                                              128 some have native histograms, and are 0 in all else
 *   section := bytes:varint  content
 *
 *   levels                               see rolled-levels.ts
 *   resets       when kept               positions; if there are any: resets:numbers  correction:numbers  [min:numbers  max:numbers]
 *   histograms   when there are some     see rolled-histograms.ts
 *   sum          of a gauge that is      numbers; residuals are digits, less count · min
 *   changes      not one value           numbers
 *   deviation                            numbers: its steps; -Infinity for 0; the one before where all samples are equal
 *   sketches     when kept, as these     of windows whose samples are not all equal; see rolled-sketches.ts
 */
export const RESETS = 4;
export const GAUGE = 8;
export const SKETCHES = 16;
export const RESIDUALS = 32;
export const MIXED = 64;
export const HISTOGRAMS = 128;

/** Windows `[from, to)`. */
export function encodeWindows(all: RolledColumns, from: number, to: number): Uint8Array {
  const windows = stretchOf(all, from, to);
  const found = formOf(windows);
  const form: LevelsForm = found.kind === ONE_VALUE && !followsFromOne(windows) ? { kind: ANY, places: null } : found;
  const { changes, resets, sketches, histograms } = windows;
  const residuals = changes === null || form.places === null ? null : sumResiduals(windows, form.places);
  const out = new ByteWriter(1024);
  const gauge = changes === null ? 0 : GAUGE | (changes.some(Number.isNaN) ? MIXED : 0);
  const own = histograms?.some((each) => each !== null) ? histograms : null;
  const others = (resets ? RESETS : 0) | (sketches ? SKETCHES : 0) | (residuals ? RESIDUALS : 0) | (own ? HISTOGRAMS : 0);
  out.u8(form.kind | gauge | others);
  writeSection(out, (section) => writeLevels(section, form, windows));
  if (resets !== null) writeSection(out, (section) => writeResets(section, windows, form.kind));
  if (own !== null) writeSection(out, (section) => writeHistograms(section, own));
  if (form.kind === ONE_VALUE) return out.finish();
  if (changes !== null) {
    writeSection(out, (section) => writeNumbers(section, residuals ?? windows.sum));
    writeSection(out, (section) => writeNumbers(section, changes));
    writeSection(out, (section) => writeNumbers(section, stepsOf(windows)));
  }
  if (sketches !== null) {
    const { count, min, max } = windows;
    const spread = positionsOf(windows.length, (i) => !isEven(windows, i));
    const sketched = spread.map((i) => ({ sketch: sketches[i], count: count[i], min: min[i], max: max[i] }));
    writeSection(out, (section) => encodeSketches(section, sketched, form.places));
  }
  return out.finish();
}

/** Are all samples of the window one number? Then much is known. */
export function isEven({ min, max, sum }: Pick<RolledColumns, 'min' | 'max' | 'sum'>, i: number): boolean {
  return min[i] === max[i] && Number.isFinite(sum[i]);
}

function stretchOf(windows: RolledColumns, from: number, to: number): RolledColumns {
  const cut = <T extends Float64Array | null>(column: T) => (column?.subarray(from, to) ?? null) as T;
  return {
    ...windows,
    length: to - from,
    count: cut(windows.count),
    first: cut(windows.first),
    last: cut(windows.last),
    min: cut(windows.min),
    max: cut(windows.max),
    sum: cut(windows.sum),
    resetCorrection: cut(windows.resetCorrection),
    resets: cut(windows.resets),
    changes: cut(windows.changes),
    deviation: cut(windows.deviation),
    sketches: windows.sketches?.slice(from, to) ?? null,
    histograms: windows.histograms?.slice(from, to) ?? null,
  };
}

/** Does everything follow from the one value that all levels are? */
function followsFromOne({ first, count, sum, sumIsExact, resets, changes, deviation, sketches }: RolledColumns): boolean {
  const isZero = (column: Float64Array | null) => column === null || column.every((value) => value === 0);
  if (!isZero(resets) || !isZero(changes) || !isZero(deviation) || sketches?.some((sketch) => sketch !== null)) return false;
  return !sumIsExact || sum.every((each, i) => Object.is(each, sumOfSame(first[i], count[i])));
}

/** Null when they do not give the sums again. */
function sumResiduals({ sum, count, min }: RolledColumns, places: number): Float64Array | null {
  const residuals = new Float64Array(sum.length);
  for (let i = 0; i < sum.length; i++) {
    if (!isDecimal(sum[i], places)) return null;
    const floor = count[i] * digitsOf(min[i], places);
    residuals[i] = digitsOf(sum[i], places) - floor;
    if (!Object.is(fromDigits(residuals[i] + floor, places), sum[i])) return null;
  }
  return residuals;
}

function stepsOf(windows: RolledColumns): Float64Array {
  const deviation = windows.deviation as Float64Array;
  let before = 0;
  return deviation.map((each, i) => {
    if (isEven(windows, i)) return before;
    if (each === 0) return Number.NEGATIVE_INFINITY;
    if (Number.isFinite(each)) before = stepOf(each);
    return Number.isFinite(each) ? before : each;
  });
}

/** What `stepsOf` says. */
export function deviationsAt(steps: Float64Array, windows: Pick<RolledColumns, 'min' | 'max' | 'sum'>): Float64Array {
  return steps.map((step, i) => {
    if (isEven(windows, i) || step === Number.NEGATIVE_INFINITY) return 0;
    return Number.isFinite(step) ? atStep(step) : step;
  });
}

function writeResets(out: ByteWriter, { resets, resetCorrection, min, max, length }: RolledColumns, kind: LevelsKind): void {
  const positions = positionsOf(length, (i) => (resets as Float64Array)[i] !== 0);
  writePositions(out, positions);
  if (positions.length === 0) return;
  for (const column of kind === RISING ? [resets, resetCorrection, min, max] : [resets, resetCorrection]) {
    writeNumbers(
      out,
      Float64Array.from(positions, (i) => (column as Float64Array)[i]),
    );
  }
}

function positionsOf(length: number, holds: (i: number) => boolean): number[] {
  const positions: number[] = [];
  for (let i = 0; i < length; i++) if (holds(i)) positions.push(i);
  return positions;
}

function writeSection(out: ByteWriter, write: (section: ByteWriter) => void): void {
  const section = new ByteWriter(512);
  write(section);
  out.varint(section.length);
  out.bytes(section.view());
}
