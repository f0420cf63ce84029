import { codecKernel } from '../kernel/codec-kernel.ts';
import { KERNEL_SAMPLES_MAX } from '../limits.ts';
import type { Labels } from '../model/labels.ts';
import type { SampleColumns } from '../model/sample.ts';
import { type BlockSource, mayHold } from './block-source.ts';
import { decodedRuns, type Run, RunsInRange, wantedOf } from './decoded-runs.ts';
import type { HeadSource } from './head-source.ts';
import { joinedChunks, joinedColumns, joinedSummaries } from './join-samples.ts';
import type { Visit } from './merge-sources.ts';
import { newestOf } from './newest-sample.ts';
import type { InBlocks, Place } from './places.ts';
import type { SelectedSeries } from './queryable.ts';
import { ChunkReader, isPlain } from './read-chunks.ts';
import { type BlockPart, summarizeChunks } from './summarize-chunks.ts';

/** Visits series in the places where they are: what was decoded before is not read again. */
export class PlaceReader {
  readonly #head: HeadSource | null;
  readonly #blocks: readonly BlockSource[];
  readonly #asked: Visit;
  /** All samples are asked for, as they are. */
  readonly #asTheyAre: boolean;
  /** Nothing of the blocks is deleted. */
  readonly #areWhole: boolean;
  readonly #chunks: ChunkReader;
  readonly #runs: RunsInRange;
  /** By times of blocks: those with what the head has of the same series behind them. */
  readonly #longer = new Map<Float64Array, LongerTimes>();

  constructor(head: HeadSource | null, blocks: readonly BlockSource[], asked: Visit) {
    const { range, newestOnly = false, reduction } = asked.request;
    this.#head = head;
    this.#blocks = blocks;
    this.#asked = asked;
    this.#asTheyAre = !newestOnly && reduction === undefined;
    this.#areWhole = blocks.every(({ allWhole }) => allWhole);
    this.#chunks = new ChunkReader(range);
    this.#runs = new RunsInRange(range);
  }

  /** False when something may have moved meanwhile. */
  async visitAll(batch: readonly Place[]): Promise<boolean> {
    const { budget, isCurrent } = this.#asked;
    const unread = batch.filter(({ inBlocks }) => inBlocks !== null && this.#runOf(inBlocks) === null);
    const read = await this.#read(unread);
    const isRead = new Set(unread);
    for (const place of batch) {
      budget.check();
      if (budget.isDue) await budget.breathe();
      const { inBlocks } = place;
      let run = inBlocks === null ? null : this.#runOf(inBlocks);
      // Others may have needed the room meanwhile.
      const own = inBlocks === null || run !== null || isRead.has(place) ? read : await this.#read([place]);
      if (!isCurrent()) return false;
      const parts = inBlocks === null || run !== null ? [] : partsOf(inBlocks, own);
      if (inBlocks !== null && parts.length > 0) run = this.#add(inBlocks, parts);
      this.#visit(place, run, parts);
    }
    return true;
  }

  /** The chunks of series in each block. */
  #read(places: readonly Place[]): Promise<readonly ReadonlyMap<number, BlockPart>[]> {
    const { request, budget } = this.#asked;
    const { range, reduction } = request;
    return Promise.all(
      this.#blocks.map((block, i) => {
        const ids: number[] = [];
        for (const { inBlocks } of places) {
          const series = inBlocks?.series[i];
          if (series && mayHold(series.run.chunks, range)) ids.push(series.id);
        }
        return block.parts(ids, range, reduction !== undefined, () => budget.breathe());
      }),
    );
  }

  #runOf(inBlocks: InBlocks): Run | null {
    if (!this.#asTheyAre || !this.#isWhole(inBlocks)) return null;
    inBlocks.decoded = decodedRuns().find(inBlocks.runs, this.#asked.request.range, inBlocks.decoded);
    return inBlocks.decoded;
  }

  #isWhole({ series }: InBlocks): boolean {
    if (this.#areWhole) return true;
    for (let i = 0; i < series.length; i++) {
      const one = series[i];
      if (one !== null && !this.#blocks[i].isWhole(one.id)) return false;
    }
    return true;
  }

  #add(inBlocks: InBlocks, parts: readonly BlockPart[]): Run | null {
    if (!this.#asTheyAre || !this.#isWhole(inBlocks)) return null;
    const { runs } = inBlocks;
    const wanted = wantedOf(runs, this.#asked.request.range);
    const chunks = parts.flatMap((part) => part.chunks);
    if (wanted === null || !isPlain(chunks)) return null;
    return decodedRuns().add(runs, wanted, chunks);
  }

  #visit({ labels, inHead }: Place, run: Run | null, parts: readonly BlockPart[]): void {
    const { range, newestOnly = false } = this.#asked.request;
    const newer = inHead < 0 || this.#head === null ? null : this.#head.samplesOf(inHead, range, newestOnly);
    if (newer === null) this.#visitBlocks(labels, run, parts);
    else this.#visitBoth(labels, run, parts, newer);
  }

  #visitBlocks(labels: Labels, run: Run | null, parts: readonly BlockPart[]): void {
    const { range, newestOnly = false, reduction } = this.#asked.request;
    if (run !== null) {
      const { samples, facts, packed } = this.#runs.of(run);
      this.#give({ labels, samples, facts, packed });
      return;
    }
    if (parts.length === 0) return;
    const summarized = reduction === undefined ? null : summarizeChunks(parts, range, reduction);
    if (summarized !== null) {
      const { weights, ...samples } = summarized;
      this.#give({ labels, samples, weights });
      return;
    }
    const chunks = parts.map((part) => part.chunks);
    const samples = newestOnly ? newestOf(chunks, range) : this.#chunks.read(chunks.length === 1 ? chunks[0] : chunks.flat());
    this.#give({ labels, samples });
  }

  #visitBoth(labels: Labels, run: Run | null, parts: readonly BlockPart[], newer: SampleColumns): void {
    const { request, budget, visit } = this.#asked;
    const { range, newestOnly = false, reduction } = request;
    budget.chargeSeries(1);
    budget.chargeSamples(newer.times.length);
    budget.chargeHistograms(newer.histograms ?? []);
    if (run !== null) {
      const older = this.#runs.of(run).samples;
      budget.chargeSamples(older.times.length);
      visit({ labels, samples: this.#behind(older, newer) ?? joinedColumns(older, newer) });
      return;
    }
    const chunks = parts.map((part) => part.chunks);
    if (parts.length === 0) visit({ labels, samples: newer });
    else if (reduction === undefined) visit({ labels, samples: joinedChunks(chunks, newer, range, newestOnly, budget) });
    else visit({ labels, ...joinedSummaries(parts, newer, range, reduction, budget) });
  }

  /** Fast path: what the head has comes behind what blocks have, and most series were scraped together with others. */
  #behind(older: SampleColumns, newer: SampleColumns): SampleColumns | null {
    const { run } = codecKernel();
    const count = older.times.length;
    const total = count + newer.times.length;
    if (count === 0) return newer;
    if (total > KERNEL_SAMPLES_MAX || newer.times[0] <= older.times[count - 1]) return null;
    let longer = this.#longer.get(older.times);
    if (longer?.newer !== newer.times) {
      const times = new Float64Array(total);
      times.set(older.times);
      times.set(newer.times, count);
      longer = { newer: newer.times, times };
      this.#longer.set(older.times, longer);
    }
    // The newer ones may lie where the older ones are to be.
    run.set(newer.values, count);
    run.set(older.values, 0);
    const { histograms } = newer; // What blocks have decoded are numbers.
    return { times: longer.times, values: run.subarray(0, total), ...(histograms !== undefined && { histograms }) };
  }

  #give(series: SelectedSeries): void {
    const { budget, visit } = this.#asked;
    const { length } = series.samples.times;
    if (length === 0) return;
    budget.chargeSeries(1);
    budget.chargeSamples(length);
    budget.chargeHistograms(series.samples.histograms ?? []);
    visit(series);
  }
}

interface LongerTimes {
  readonly newer: Float64Array;
  readonly times: Float64Array;
}

/** Of the series in each block that has something of it. */
function partsOf({ series }: InBlocks, read: readonly ReadonlyMap<number, BlockPart>[]): readonly BlockPart[] {
  const parts: BlockPart[] = [];
  for (let i = 0; i < series.length; i++) {
    const one = series[i];
    const part = one === null ? undefined : read[i].get(one.id);
    if (part !== undefined && part.chunks.length > 0) parts.push(part);
  }
  return parts;
}
