import { ByteWriter, type Millis } from '@tidemark/base';
import type { Matcher, MatchOperator } from '@tidemark/tsdb/model';

const OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];
const SAMPLES = 0;
const STREAMED_CHUNKS = 1;

/**
 * `prometheus.ReadRequest` (prometheus/prompb/remote.proto): one query, for chunks in a stream, or samples where that is not spoken.
 *
 *   ReadRequest  := queries:1  accepted_response_types:2 …
 *   Query        := start_timestamp_ms:1  end_timestamp_ms:2  matchers:3 …
 *   LabelMatcher := type:1  name:2  value:3
 */
export function encodeReadRequest(matchers: readonly Matcher[], fromMs: Millis, toMs: Millis): Uint8Array {
  const query = new ByteWriter();
  number(query, 1, fromMs);
  number(query, 2, toMs);
  for (const { name, operator, value } of matchers) {
    const matcher = new ByteWriter();
    number(matcher, 1, OPERATORS.indexOf(operator));
    text(matcher, 2, name);
    text(matcher, 3, value);
    message(query, 3, matcher.view());
  }
  const request = new ByteWriter();
  message(request, 1, query.view());
  for (const type of [STREAMED_CHUNKS, SAMPLES]) number(request, 2, type);
  return request.finish();
}

function number(out: ByteWriter, field: number, value: number): void {
  out.u8(field << 3);
  out.varint(value);
}

function text(out: ByteWriter, field: number, value: string): void {
  out.u8((field << 3) | 2);
  out.string(value);
}

function message(out: ByteWriter, field: number, bytes: Uint8Array): void {
  out.u8((field << 3) | 2);
  out.varint(bytes.length);
  out.bytes(bytes);
}
