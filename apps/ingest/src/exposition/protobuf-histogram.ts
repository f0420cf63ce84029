/**
 * Histograms and exemplars of the protobuf exposition:
 *
 *   Histogram  sample_count = 1, sample_sum = 2, bucket = 3, sample_count_float = 4, schema = 5, zero_threshold = 6, zero_count = 7,
 *              zero_count_float = 8, negative_span = 9 {offset = 1, length = 2}, negative_delta = 10, negative_count = 11,
 *              positive_span = 12, positive_delta = 13, positive_count = 14, start_timestamp = 15, exemplars = 16
 *   Bucket     cumulative_count = 1, upper_bound = 2, exemplar = 3, cumulative_count_float = 4
 *   Exemplar   label = 1 {name = 1, value = 2}, value = 2, timestamp = 3 {seconds = 1, nanos = 2}
 */
import { MalformedError, ProtobufCursor, utf8, VARINT } from '@tidemark/base/wire';
import { readDouble, readDoubles, readSigned, readSigneds, readUnsigned } from '../decode/histogram/packed.ts';
import { readSpan, readSum } from '../decode/histogram/read-histogram.ts';
import { newHistogram, type SentHistogram } from '../decode/histogram/sent-histogram.ts';

export interface SentExemplar {
  readonly pairs: readonly string[];
  readonly value: number;
  /** NaN when it has none. */
  readonly timeMs: number;
}

export interface ClassicBucket {
  readonly upper: number;
  readonly count: number;
  readonly exemplar: SentExemplar | null;
}

export interface ExpositionHistogram {
  /** Count and sum are those of the classic form, too. */
  readonly sent: SentHistogram;
  readonly buckets: readonly ClassicBucket[];
  readonly exemplars: readonly SentExemplar[];
  /** NaN when it is not told. */
  readonly startMs: number;
}

export function readExpositionHistogram(cursor: ProtobufCursor): ExpositionHistogram {
  const sent = newHistogram();
  const buckets: ClassicBucket[] = [];
  const exemplars: SentExemplar[] = [];
  let startMs = Number.NaN;
  while (cursor.next()) {
    switch (cursor.field) {
      case 1:
        if (!sent.isFloat) sent.count = readUnsigned(cursor);
        else cursor.skip();
        break;
      case 2:
        readSum(cursor, sent.sum);
        break;
      case 3:
        buckets.push(readBucket(within(cursor)));
        break;
      case 4:
        readFloatCount(cursor, sent);
        break;
      case 5:
        sent.schema = readSigned(cursor);
        break;
      case 6:
        sent.zeroThreshold = readDouble(cursor);
        break;
      case 7:
        sent.zeroCount = readUnsigned(cursor) || sent.zeroCount;
        break;
      case 8:
        sent.zeroCount = readDouble(cursor) || sent.zeroCount;
        break;
      case 9:
        readSpan(cursor, sent.negative.spans);
        break;
      case 10:
        readSigneds(cursor, sent.negative.deltas);
        break;
      case 11:
        readDoubles(cursor, sent.negative.counts);
        break;
      case 12:
        readSpan(cursor, sent.positive.spans);
        break;
      case 13:
        readSigneds(cursor, sent.positive.deltas);
        break;
      case 14:
        readDoubles(cursor, sent.positive.counts);
        break;
      case 15:
        startMs = readTime(within(cursor));
        break;
      case 16:
        exemplars.push(readExemplar(within(cursor)));
        break;
      default:
        cursor.skip();
    }
  }
  return { sent, buckets, exemplars, startMs };
}

/** Clients that have native histograms and nothing observed yet give an empty span. */
export function isNative({ positive, negative, zeroThreshold, zeroCount }: SentHistogram): boolean {
  return positive.spans.length > 0 || negative.spans.length > 0 || zeroThreshold > 0 || zeroCount > 0;
}

/** Set in float histograms only: 0 says nothing. */
function readFloatCount(cursor: ProtobufCursor, sent: SentHistogram): void {
  const count = readDouble(cursor);
  if (!(count > 0)) return;
  sent.count = count;
  sent.isFloat = true;
}

function readBucket(cursor: ProtobufCursor): ClassicBucket {
  let upper = 0;
  let count = 0;
  let exemplar: SentExemplar | null = null;
  while (cursor.next()) {
    if (cursor.field === 1) count = readUnsigned(cursor) || count;
    else if (cursor.field === 2) upper = readDouble(cursor);
    else if (cursor.field === 3) exemplar = readExemplar(within(cursor));
    else if (cursor.field === 4) count = readDouble(cursor) || count;
    else cursor.skip();
  }
  return { upper, count, exemplar };
}

export function readExemplar(cursor: ProtobufCursor): SentExemplar {
  const pairs: string[] = [];
  let value = 0;
  let timeMs = Number.NaN;
  while (cursor.next()) {
    if (cursor.field === 1) {
      const label = within(cursor);
      const pair = ['', ''];
      while (label.next()) {
        if (label.field === 1 || label.field === 2) pair[label.field - 1] = readExpositionText(label);
        else label.skip();
      }
      pairs.push(...pair);
    } else if (cursor.field === 2) value = readDouble(cursor);
    else if (cursor.field === 3) timeMs = readTime(within(cursor));
    else cursor.skip();
  }
  return { pairs, value, timeMs };
}

/** `google.protobuf.Timestamp`: seconds = 1, nanos = 2. */
export function readTime(cursor: ProtobufCursor): number {
  let seconds = 0;
  let nanos = 0;
  while (cursor.next()) {
    if (cursor.field === 1) {
      cursor.expect(VARINT);
      seconds = cursor.int64();
    } else if (cursor.field === 2) {
      cursor.expect(VARINT);
      nanos = cursor.int64();
    } else cursor.skip();
  }
  return seconds * 1000 + Math.floor(nanos / 1e6);
}

export function readExpositionText(cursor: ProtobufCursor): string {
  const to = cursor.lengthEnd();
  const text = utf8(cursor.bytes, cursor.at, to);
  if (text === null) throw new MalformedError('text that is no UTF-8');
  cursor.at = to;
  return text;
}

/** A cursor over the message that this one stands at, which goes behind it. */
export function within(cursor: ProtobufCursor): ProtobufCursor {
  const end = cursor.lengthEnd();
  const message = new ProtobufCursor(cursor.bytes, cursor.at, end);
  cursor.at = end;
  return message;
}
