/** A record's native histograms (docs/format/record.md), checked, as bytes of their own. Throws `RangeError` only. */
import type { ByteReader } from '@tidemark/base';
import { checkHistogram, isMark, markedNumber, type SampleGroup } from '@tidemark/tsdb/model';
import { check, readCount } from './read-record.ts';

export function readHistograms(reader: ByteReader): Uint8Array[] {
  const count = readCount(reader);
  check(count > 0, 'a record of histograms without any');
  return Array.from({ length: count }, () => {
    const bytes = reader.bytes(readCount(reader));
    checkHistogram(bytes);
    return bytes;
  });
}

/** Each mark names one of `count` histograms. */
export function checkMarks(groups: readonly SampleGroup[], count: number): void {
  for (const { values } of groups) {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let at = 1; at < words.length; at += 2) {
      if (!isMark(words[at])) continue;
      const number = markedNumber(words[at], words[at - 1]);
      check(number < count, `histogram ${number} of ${count}`);
    }
  }
}
