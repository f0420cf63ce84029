import type { Prng } from '@tidemark/base';
import type { RecordColumns } from '@tidemark/log';
import { Labels, markHigh, markLow, NamedSeries, writeStaleAt } from '@tidemark/tsdb/model';
import { HISTOGRAMS } from './sample-bits.ts';

export const TENANTS = ['default', 'team-b'];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface SenderBatch {
  readonly sender: number;
  readonly tenant: string;
  /** Of the series, by their number. */
  readonly labels: readonly Labels[];
  readonly columns: RecordColumns;
}

/** What one sender sends: series that come and go, mostly of now, sometimes late, seldom very old. */
export class RandomSender {
  readonly #sender: number;
  readonly #random: Prng;
  readonly #lateMsMax: number;
  readonly #tables = new Map<string, { readonly named: NamedSeries; readonly labels: Labels[] }>();
  readonly #numbers = new Map<string, number>();
  #last: SenderBatch | null = null;

  constructor(sender: number, random: Prng, lateMsMax: number) {
    this.#sender = sender;
    this.#random = random;
    this.#lateMsMax = lateMsMax;
  }

  next(nowMs: number): SenderBatch {
    const random = this.#random;
    if (this.#last !== null && random.chance(0.05)) return this.#last; // It did not hear the answer.
    const tenant = random.pick(TENANTS);
    const count = random.int(1, random.pick([4, 30]));
    const { named, labels } = this.#table(tenant);
    const columns = {
      table: named,
      numbers: new Uint32Array(count),
      timesMs: new Float64Array(count),
      values: new Float64Array(count),
    };
    const scrapeMs = nowMs - this.#delayMs();
    for (let i = 0; i < count; i++) {
      columns.numbers[i] = this.#number(tenant, this.#labels(nowMs));
      columns.timesMs[i] = random.chance(0.8) ? scrapeMs : nowMs - this.#delayMs();
      this.#fill(columns.values, i, columns.numbers[i], columns.timesMs[i]);
    }
    const batch = { sender: this.#sender, tenant, labels, columns };
    this.#last = batch;
    return batch;
  }

  #delayMs(): number {
    const dice = this.#random.next();
    if (dice < 0.8) return this.#random.int(0, 2_000);
    return this.#random.int(0, dice < 0.97 ? 50 * MINUTE_MS : this.#lateMsMax);
  }

  #labels(nowMs: number): Labels {
    const random = this.#random;
    return Labels.from({
      __name__: random.pick(['up', 'load', 'io_bytes_total']),
      host: `h${random.int(0, 4)}`,
      pod: random.chance(0.3) ? `p${Math.floor(nowMs / (3 * HOUR_MS))}` : '',
    });
  }

  #table(tenant: string): { readonly named: NamedSeries; readonly labels: Labels[] } {
    const table = this.#tables.get(tenant) ?? { named: new NamedSeries(), labels: [] };
    this.#tables.set(tenant, table);
    return table;
  }

  #number(tenant: string, labels: Labels): number {
    const key = `${tenant} ${labels.key}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const table = this.#table(tenant);
    table.labels.push(labels);
    const number = table.named.addLabels(labels);
    this.#numbers.set(key, number);
    return number;
  }

  /** Mostly what follows from series and time, so that what is sent twice is the same. */
  #fill(values: Float64Array, at: number, number: number, timeMs: number): void {
    const kind = (number * 7 + Math.floor(timeMs / 1000)) % 40;
    if (kind === 0) writeStaleAt(values, at);
    else if (kind === 1) new BigUint64Array(values.buffer)[at] = 0x7ff8_0000_dead_beefn;
    else if (kind === 2) values[at] = [-0, Number.POSITIVE_INFINITY, 5e-324, 2 ** 53 + 2][number % 4];
    else if (kind < 6) {
      const histogram = (number * 31 + timeMs) % HISTOGRAMS.length;
      new Uint32Array(values.buffer).set([markLow(histogram), markHigh(histogram)], 2 * at);
    } else if (kind < 20) values[at] = Math.floor(timeMs / 1000) + number;
    else values[at] = (timeMs % 977) / 10;
    if (this.#random.chance(0.01)) values[at] = this.#random.next();
  }
}
