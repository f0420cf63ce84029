import type { Millis } from '@tidemark/base';
import { ProtobufWriter } from '@tidemark/base/wire';
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
  const query = new ProtobufWriter();
  query.int64(1, fromMs);
  query.int64(2, toMs);
  for (const { name, operator, value } of matchers) {
    const matcher = new ProtobufWriter();
    matcher.int64(1, OPERATORS.indexOf(operator));
    matcher.string(2, name);
    matcher.string(3, value);
    query.bytes(3, matcher.view());
  }
  const request = new ProtobufWriter();
  request.bytes(1, query.view());
  for (const type of [STREAMED_CHUNKS, SAMPLES]) request.int64(2, type);
  return request.view();
}
