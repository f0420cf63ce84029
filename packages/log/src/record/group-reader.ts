/** Reads records' samples by the kernel, into columns that the next record writes over: a busy worker's heap stays as it is. */
import type { ByteReader } from '@tidemark/base';
import type { SampleGroup } from '@tidemark/tsdb/model';
import { recordKernel } from '../kernel/record-kernel.ts';
import { readGroups } from './read-groups.ts';

export class GroupReader {
  readonly #kernel = recordKernel();
  #numbers = new Uint32Array(0);
  #values = new Float64Array(0);

  /** All that is left of the record. `announced`: series numbers are below it. Throws `RangeError` only. */
  read(reader: ByteReader, acceptedAtMs: number, announced: number): SampleGroup[] {
    const groupCount = this.#kernel.decodeGroups(reader.rest(), acceptedAtMs, announced);
    if (groupCount < 0) return readGroups(reader, acceptedAtMs, announced);
    reader.bytes(reader.remaining);
    const { groupTimesMs, groupEnds } = this.#kernel;
    const count = groupCount === 0 ? 0 : groupEnds[groupCount - 1];
    this.#reserve(count);
    this.#numbers.set(this.#kernel.numbers.subarray(0, count));
    this.#values.set(this.#kernel.values.subarray(0, count)); // Between two Float64Arrays this copies bytes: NaN payloads stay.
    const groups: SampleGroup[] = [];
    for (let group = 0, from = 0; group < groupCount; group++) {
      const to = groupEnds[group];
      groups.push({ timeMs: groupTimesMs[group], numbers: this.#numbers.subarray(from, to), values: this.#values.subarray(from, to) });
      from = to;
    }
    return groups;
  }

  #reserve(count: number): void {
    if (count <= this.#numbers.length) return;
    this.#numbers = new Uint32Array(count * 2);
    this.#values = new Float64Array(count * 2);
  }
}
