import type { SampleBatch, SampleGroup, SeriesTable } from '../model/batch.ts';
import { matchesAll } from '../model/matcher.ts';
import { contains } from '../model/time-range.ts';
import type { Tombstone } from './tombstone.ts';

/** A group without what is deleted; the same object when that is all of it. */
export type GroupFilter = (group: SampleGroup) => SampleGroup;

/** Of samples that the log gives back, those that a deletion came after. */
export class BatchFilter {
  /** By tombstone and table: whether each series is among its own, once that has been asked. */
  readonly #known = new WeakMap<Tombstone, WeakMap<SeriesTable, (boolean | undefined)[]>>();

  of(batch: SampleBatch, tombstones: readonly Tombstone[]): GroupFilter {
    const deletes = tombstones.map(({ selectors, range }, i) => {
      const known = this.#knownOf(tombstones[i], batch.table);
      const selected = (number: number) =>
        selectors.some((matchers) => matchesAll(matchers, (name) => batch.table.labels(number).get(name)));
      return (timeMs: number, number: number) => {
        if (!contains(range, timeMs)) return false;
        known[number] ??= selected(number);
        return known[number];
      };
    });
    return (group) => without(group, (number) => deletes.some((deleted) => deleted(group.timeMs, number)));
  }

  #knownOf(tombstone: Tombstone, table: SeriesTable): (boolean | undefined)[] {
    let tables = this.#known.get(tombstone);
    if (tables === undefined) {
      tables = new WeakMap();
      this.#known.set(tombstone, tables);
    }
    let known = tables.get(table);
    if (known === undefined) {
      known = [];
      tables.set(table, known);
    }
    return known;
  }
}

/** Values as words, so that NaN payloads stay. */
function without(group: SampleGroup, deleted: (number: number) => boolean): SampleGroup {
  const kept: number[] = [];
  group.numbers.forEach((number, i) => {
    if (!deleted(number)) kept.push(i);
  });
  if (kept.length === group.numbers.length) return group;
  const source = new Uint32Array(group.values.buffer, group.values.byteOffset, group.values.length * 2);
  const words = Uint32Array.from({ length: 2 * kept.length }, (_, i) => source[2 * kept[i >> 1] + (i & 1)]);
  return { timeMs: group.timeMs, numbers: Uint32Array.from(kept, (i) => group.numbers[i]), values: new Float64Array(words.buffer) };
}
