import { ByteReader } from '@tidemark/base';
import { digitsOf, fromDigits } from './decimal-columns.ts';
import { readNumbers, readPositions } from './number-columns.ts';
import { boundedSum } from './rolled-buffer.ts';
import { deviationsAt, GAUGE, HISTOGRAMS, isEven, MIXED, RESETS, RESIDUALS, SKETCHES } from './rolled-chunk.ts';
import type { RolledColumns } from './rolled-columns.ts';
import type { Frame } from './rolled-frame.ts';
import type { RolledHistogram } from './rolled-histogram.ts';
import { readHistograms } from './rolled-histograms.ts';
import { type Levels, type LevelsKind, ONE_VALUE, RISING, readLevels } from './rolled-levels.ts';
import { decodeSketches } from './rolled-sketches.ts';
import type { Sketch } from './sketch.ts';
import { sumOfSame } from './sums.ts';
import { zerosOf } from './zeros.ts';

/** The windows of a chunk. Columns are decoded when they are asked for: then it throws `RangeError` on damage. */
export class DecodedWindows implements RolledColumns {
  readonly widthMs: number;
  readonly length: number;
  readonly endMs: Float64Array;
  readonly count: Float64Array;
  readonly firstMs: Float64Array;
  readonly lastMs: Float64Array;
  readonly staleAtEnd: Uint8Array;
  readonly staleEndMs: Float64Array;
  readonly sumIsExact: boolean;
  readonly #flags: number;
  readonly #kind: LevelsKind;
  readonly #sections = new Map<SectionName, Uint8Array>();
  #levels: Levels | null = null;
  #resets: Resets | null = null;
  #sum: Float64Array | null = null;
  #changes: Float64Array | null = null;
  #deviation: Float64Array | null = null;
  #sketches: readonly (Sketch | null)[] | null = null;
  #histograms: readonly (RolledHistogram | null)[] | null = null;

  constructor(frame: Frame, bytes: Uint8Array) {
    this.widthMs = frame.widthMs;
    this.length = frame.length;
    this.endMs = frame.endMs;
    this.count = frame.count;
    this.firstMs = frame.firstMs;
    this.lastMs = frame.lastMs;
    this.staleAtEnd = frame.staleAtEnd;
    this.staleEndMs = frame.staleEndMs;
    const reader = new ByteReader(bytes);
    this.#flags = reader.u8();
    this.#kind = (this.#flags & 3) as LevelsKind;
    this.sumIsExact = this.#has(GAUGE) && !this.#has(MIXED);
    for (const name of this.#sectionNames()) this.#sections.set(name, reader.bytes(reader.varint()));
    if (reader.remaining > 0) throw new RangeError('bytes behind the last section');
  }

  get first(): Float64Array {
    return this.#levelsRead.first;
  }

  get last(): Float64Array {
    return this.#levelsRead.last;
  }

  get min(): Float64Array {
    return this.#kind === RISING ? this.#resetsRead.min : this.#levelsRead.min;
  }

  get max(): Float64Array {
    return this.#kind === RISING ? this.#resetsRead.max : this.#levelsRead.max;
  }

  get resets(): Float64Array | null {
    return this.#has(RESETS) ? this.#resetsRead.resets : null;
  }

  get resetCorrection(): Float64Array | null {
    return this.#has(RESETS) ? this.#resetsRead.correction : null;
  }

  get sum(): Float64Array {
    this.#sum ??= this.#readSum();
    return this.#sum;
  }

  get changes(): Float64Array | null {
    if (!this.#has(GAUGE)) return null;
    this.#changes ??= this.#kind === ONE_VALUE ? new Float64Array(this.length) : this.#numbers('changes');
    return this.#changes;
  }

  get deviation(): Float64Array | null {
    if (!this.#has(GAUGE)) return null;
    this.#deviation ??= this.#kind === ONE_VALUE ? new Float64Array(this.length) : this.#readDeviation();
    return this.#deviation;
  }

  get sketches(): readonly (Sketch | null)[] | null {
    if (!this.#has(SKETCHES)) return null;
    this.#sketches ??= this.#readSketches();
    return this.#sketches;
  }

  get histograms(): readonly (RolledHistogram | null)[] | null {
    if (!this.#has(HISTOGRAMS)) return null;
    this.#histograms ??= readHistograms(this.#section('histograms'), this.length);
    return this.#histograms;
  }

  get #levelsRead(): Levels {
    this.#levels ??= readLevels(this.#section('levels'), this.#kind, this.length);
    return this.#levels;
  }

  get #resetsRead(): Resets {
    this.#resets ??= this.#readResets();
    return this.#resets;
  }

  #has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  #sectionNames(): SectionName[] {
    const names: SectionName[] = ['levels'];
    if (this.#has(RESETS)) names.push('resets');
    if (this.#has(HISTOGRAMS)) names.push('histograms');
    if (this.#kind === ONE_VALUE) return names;
    if (this.#has(GAUGE)) names.push('sum', 'changes', 'deviation');
    if (this.#has(SKETCHES)) names.push('sketches');
    return names;
  }

  #section(name: SectionName): ByteReader {
    const bytes = this.#sections.get(name);
    if (bytes === undefined) throw new RangeError(`windows without ${name}`);
    return new ByteReader(bytes);
  }

  #numbers(name: SectionName): Float64Array {
    return readNumbers(this.#section(name), this.length);
  }

  #readResets(): Resets {
    const { length } = this;
    const reader = this.#section('resets');
    const positions = readPositions(reader, length);
    // Fast path: most counters have no resets.
    if (positions.length === 0) {
      const { min, max } = this.#levelsRead;
      return { resets: zerosOf(length), correction: zerosOf(length), min, max };
    }
    const resets = new Float64Array(length);
    const correction = new Float64Array(length);
    const { min, max } = this.#levelsRead;
    const columns = { resets, correction, min: min.slice(), max: max.slice() };
    for (const column of this.#kind === RISING ? [resets, correction, columns.min, columns.max] : [resets, correction]) {
      const numbers = readNumbers(reader, positions.length);
      for (const [i, position] of positions.entries()) column[position] = numbers[i];
    }
    return columns;
  }

  #readSum(): Float64Array {
    const { count, min, max } = this;
    if (!this.#has(GAUGE)) return count.map((each, i) => boundedSum({ count: each, min: min[i], max: max[i] }));
    if (this.#kind === ONE_VALUE) return count.map((each, i) => sumOfSame(min[i], each));
    const numbers = this.#numbers('sum');
    if (!this.#has(RESIDUALS)) return numbers;
    const places = this.#places;
    return numbers.map((residual, i) => fromDigits(residual + count[i] * digitsOf(min[i], places), places));
  }

  #readDeviation(): Float64Array {
    const deviations = deviationsAt(this.#numbers('deviation'), this);
    const { changes } = this;
    return this.#has(MIXED) ? deviations.map((each, i) => (Number.isNaN(changes?.[i]) ? Number.NaN : each)) : deviations;
  }

  #readSketches(): readonly (Sketch | null)[] {
    const sketches = new Array<Sketch | null>(this.length).fill(null);
    if (this.#kind === ONE_VALUE) return sketches;
    const { count, min, max } = this;
    const spread = Array.from(sketches, (_, i) => i).filter((i) => !isEven(this, i));
    const windows = spread.map((i) => ({ count: count[i], min: min[i], max: max[i] }));
    const found = decodeSketches(this.#section('sketches'), windows, this.#levelsRead.places);
    for (const [at, i] of spread.entries()) sketches[i] = found[at];
    return sketches;
  }

  get #places(): number {
    const { places } = this.#levelsRead;
    if (places === null) throw new RangeError('residuals of what is no decimal');
    return places;
  }
}

type SectionName = 'levels' | 'resets' | 'histograms' | 'sum' | 'changes' | 'deviation' | 'sketches';

interface Resets {
  readonly resets: Float64Array;
  readonly correction: Float64Array;
  /** Of rising windows with those of which something was reset. */
  readonly min: Float64Array;
  readonly max: Float64Array;
}
