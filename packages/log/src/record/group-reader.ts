/** Reads records' samples by the kernel. Groups are views of its memory, which the next record that this thread decodes writes over. */
import type { ByteReader } from '@tidemark/base';
import type { SampleGroup } from '@tidemark/tsdb/model';
import { recordKernel } from '../kernel/record-kernel.ts';
import { readGroups } from './read-groups.ts';

export class GroupReader {
  readonly #kernel = recordKernel('decode');

  /** All that is left of the record. `announced`: series numbers are below it. Throws `RangeError` only. */
  read(reader: ByteReader, acceptedAtMs: number, announced: number): SampleGroup[] {
    const groupCount = this.#kernel.decodeGroups(reader.rest(), acceptedAtMs, announced);
    if (groupCount < 0) return readGroups(reader, acceptedAtMs, announced);
    reader.bytes(reader.remaining);
    const { groupTimesMs, groupEnds, numbers, values } = this.#kernel;
    const groups: SampleGroup[] = [];
    for (let group = 0, from = 0; group < groupCount; group++) {
      const to = groupEnds[group];
      groups.push({ timeMs: groupTimesMs[group], numbers: numbers.subarray(from, to), values: values.subarray(from, to) });
      from = to;
    }
    return groups;
  }
}
