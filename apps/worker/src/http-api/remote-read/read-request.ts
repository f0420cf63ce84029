/**
 * `prometheus.ReadRequest` (prometheus/prompb/remote.proto):
 *
 *   ReadRequest  := queries:1 …  accepted_response_types:2 …
 *   Query        := start_timestamp_ms:1  end_timestamp_ms:2  matchers:3 …  hints:4
 *   LabelMatcher := type:1  name:2  value:3
 */
import type { Millis } from '@tidemark/base';
import { BYTES, MalformedError, ProtobufCursor, utf8, VARINT } from '@tidemark/base/wire';
import { Matcher, type MatchOperator, type TimeRange } from '@tidemark/tsdb/model';
import { READ_QUERIES_MAX } from '../../limits.ts';

export type ResponseType = 'samples' | 'streamed chunks';

export interface ReadQuery {
  readonly matchers: readonly Matcher[];
  readonly range: TimeRange;
}

export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  /** The first that is spoken here; null when there is none. */
  readonly type: ResponseType | null;
}

const TYPES: readonly ResponseType[] = ['samples', 'streamed chunks'];
const OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

/** Throws `MalformedError`. */
export function decodeReadRequest(bytes: Buffer): ReadRequest {
  const queries: ReadQuery[] = [];
  const accepted: number[] = [];
  const cursor = new ProtobufCursor(bytes);
  while (cursor.next()) {
    if (cursor.field === 1) queries.push(readQuery(inner(cursor)));
    else if (cursor.field === 2) readTypes(cursor, accepted);
    else cursor.skip();
  }
  if (queries.length > READ_QUERIES_MAX) throw new MalformedError(`${queries.length} queries, ${READ_QUERIES_MAX} are allowed`);
  const type = accepted.length === 0 ? 'samples' : accepted.map((each) => TYPES[each]).find((each) => each !== undefined);
  return { queries, type: type ?? null };
}

/** Packed, or one by one. */
function readTypes(cursor: ProtobufCursor, into: number[]): void {
  if (cursor.wire === VARINT) {
    into.push(cursor.varint());
    return;
  }
  const packed = inner(cursor);
  while (packed.at < packed.end) into.push(packed.varint());
}

function readQuery(cursor: ProtobufCursor): ReadQuery {
  const matchers: Matcher[] = [];
  let fromMs = 0;
  let toMs = 0;
  while (cursor.next()) {
    if (cursor.field === 1) fromMs = readTime(cursor);
    else if (cursor.field === 2) toMs = readTime(cursor);
    else if (cursor.field === 3) matchers.push(readMatcher(inner(cursor)));
    else cursor.skip();
  }
  return { matchers, range: { fromMs, toMs } };
}

/** Far beyond any sample where a double cannot hold it. */
function readTime(cursor: ProtobufCursor): Millis {
  cursor.expect(VARINT);
  const isNegative = (cursor.bytes[cursor.at + 9] ?? 0) === 1;
  const timeMs = cursor.int64();
  if (!Number.isNaN(timeMs)) return timeMs;
  return isNegative ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}

function readMatcher(cursor: ProtobufCursor): Matcher {
  let operator: MatchOperator | undefined = '=';
  const texts = ['', '', '', ''];
  while (cursor.next()) {
    if (cursor.field === 1) {
      cursor.expect(VARINT);
      operator = OPERATORS[cursor.varint()];
    } else if (cursor.field === 2 || cursor.field === 3) texts[cursor.field] = readText(cursor);
    else cursor.skip();
  }
  if (operator === undefined) throw new MalformedError('invalid matcher type');
  try {
    return new Matcher(texts[2], operator, texts[3]);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new MalformedError(error.message);
  }
}

function readText(cursor: ProtobufCursor): string {
  const to = cursor.lengthEnd();
  const text = utf8(cursor.bytes, cursor.at, to);
  if (text === null) throw new MalformedError('a matcher is not valid UTF-8');
  cursor.at = to;
  return text;
}

/** A cursor over the message that this one stands at, which goes behind it. */
function inner(cursor: ProtobufCursor): ProtobufCursor {
  cursor.expect(BYTES);
  const end = cursor.lengthEnd();
  const message = new ProtobufCursor(cursor.bytes, cursor.at, end);
  cursor.at = end;
  return message;
}
