/**
 * `Histogram` of remote write, which is the same in both versions but for the last field, which is of the second:
 *
 *   count_int = 1, count_float = 2, sum = 3, schema = 4, zero_threshold = 5, zero_count_int = 6, zero_count_float = 7,
 *   negative_spans = 8 {offset = 1, length = 2}, negative_deltas = 9, negative_counts = 10, positive_spans = 11,
 *   positive_deltas = 12, positive_counts = 13, reset_hint = 14, timestamp = 15, custom_values = 16,
 *   start_timestamp = 17
 */
import { type ProtobufCursor, VARINT } from '@tidemark/base/wire';
import type { CounterHint } from '@tidemark/tsdb/model';
import type { IncomingColumns } from '../incoming-columns.ts';
import { readDouble, readDoubles, readSigned, readSigneds, readUnsigned } from './packed.ts';
import { newHistogram } from './sent-histogram.ts';

/** The cursor stands at its length. */
export function readHistogram(cursor: ProtobufCursor, columns: IncomingColumns): void {
  const outer = cursor.end;
  cursor.end = cursor.lengthEnd();
  const sent = newHistogram();
  let timeMs = 0;
  let startMs = 0;
  while (cursor.next()) {
    switch (cursor.field) {
      case 1:
        sent.count = readUnsigned(cursor);
        break;
      case 2:
        sent.count = readDouble(cursor);
        sent.isFloat = true;
        break;
      case 3:
        readSum(cursor, sent.sum);
        break;
      case 4:
        sent.schema = readSigned(cursor);
        break;
      case 5:
        sent.zeroThreshold = readDouble(cursor);
        break;
      case 6:
        sent.zeroCount = readUnsigned(cursor);
        break;
      case 7:
        sent.zeroCount = readDouble(cursor);
        break;
      case 8:
        readSpan(cursor, sent.negative.spans);
        break;
      case 9:
        readSigneds(cursor, sent.negative.deltas);
        break;
      case 10:
        readDoubles(cursor, sent.negative.counts);
        break;
      case 11:
        readSpan(cursor, sent.positive.spans);
        break;
      case 12:
        readSigneds(cursor, sent.positive.deltas);
        break;
      case 13:
        readDoubles(cursor, sent.positive.counts);
        break;
      case 14:
        sent.hint = HINTS[readUnsigned(cursor)] ?? 'unknown';
        break;
      case 15:
        cursor.expect(VARINT);
        timeMs = cursor.int64();
        break;
      case 16:
        readDoubles(cursor, sent.bounds);
        break;
      case 17:
        cursor.expect(VARINT);
        startMs = cursor.int64();
        break;
      default:
        cursor.skip();
    }
  }
  cursor.end = outer;
  columns.addHistogram(timeMs, sent, startMs);
}

const HINTS: readonly CounterHint[] = ['unknown', 'reset', 'not_reset', 'gauge'];

/** Bit for bit. */
export function readSum(cursor: ProtobufCursor, sum: Float64Array): void {
  readDouble(cursor);
  new Uint8Array(sum.buffer, sum.byteOffset, 8).set(cursor.bytes.subarray(cursor.at - 8, cursor.at));
}

/** `BucketSpan`: offset = 1, length = 2. */
export function readSpan(cursor: ProtobufCursor, spans: number[]): void {
  const outer = cursor.end;
  cursor.end = cursor.lengthEnd();
  let offset = 0;
  let length = 0;
  while (cursor.next()) {
    if (cursor.field === 1) offset = readSigned(cursor);
    else if (cursor.field === 2) length = readUnsigned(cursor);
    else cursor.skip();
  }
  cursor.end = outer;
  spans.push(offset, length);
}
