import { FIXED64, type ProtobufCursor, VARINT } from '@tidemark/base/wire';
import type { IncomingColumns } from './incoming-columns.ts';

/**
 * `Sample` of both protocol versions: double value = 1, int64 timestamp = 2; of the second int64 start_timestamp = 3. The cursor stands at
 * its length.
 */
export function readSample(cursor: ProtobufCursor, columns: IncomingColumns): void {
  const outer = cursor.end;
  const end = cursor.lengthEnd();
  cursor.end = end;
  let timeMs = 0;
  let startMs = 0;
  let low = 0;
  let high = 0;
  while (cursor.next()) {
    if (cursor.field === 1) {
      cursor.expect(FIXED64);
      cursor.advance(8);
      const { bytes, at } = cursor;
      low = bytes[at - 8] | (bytes[at - 7] << 8) | (bytes[at - 6] << 16) | (bytes[at - 5] << 24);
      high = bytes[at - 4] | (bytes[at - 3] << 8) | (bytes[at - 2] << 16) | (bytes[at - 1] << 24);
    } else if (cursor.field === 2) {
      cursor.expect(VARINT);
      timeMs = cursor.int64();
    } else if (cursor.field === 3) {
      cursor.expect(VARINT);
      startMs = cursor.int64();
    } else {
      cursor.skip();
    }
  }
  cursor.end = outer;
  columns.add(timeMs, low, high, startMs);
}
