/**
 * The exemplars of a remote-write request, which most requests have none of: read by themselves, in a walk of their own.
 *
 *   1.0  WriteRequest {timeseries = 1 {labels = 1, exemplars = 3 {labels = 1, value = 2, timestamp = 3}}}
 *   2.0  Request {symbols = 4, timeseries = 5 {labels_refs = 1, exemplars = 4 {labels_refs = 1, value = 2, timestamp = 3}}}
 */
import { FIXED64, MalformedError, orMalformed, ProtobufCursor, utf8, VARINT } from '@tidemark/base/wire';
import type { Exemplar } from '@tidemark/tsdb/model';
import type { RemoteWriteVersion } from '../kernel/remote-write-kernel.ts';
import { exemplarOf } from '../publish/exemplar.ts';
import { checkLabels } from './check-labels.ts';

type Texts = (string | null)[];

/** `bytes`: the decompressed request, which a decoder has read already. What cannot be taken is left out, and all of them when one is broken. */
export function readExemplars(bytes: Buffer, version: RemoteWriteVersion): Exemplar[] {
  const read = orMalformed('protobuf', () => ({ kind: 'exemplars' as const, exemplars: readAll(bytes, version) }));
  return read.kind === 'exemplars' ? read.exemplars : [];
}

function readAll(bytes: Buffer, version: RemoteWriteVersion): Exemplar[] {
  const isFirst = version === '1.0';
  const symbols = isFirst ? [] : readSymbols(bytes);
  const readTexts = isFirst ? readLabel : (cursor: ProtobufCursor, into: Texts) => readReferences(cursor, symbols, into);
  const [seriesField, exemplarField] = isFirst ? [1, 3] : [5, 4];
  const exemplars: Exemplar[] = [];
  const cursor = new ProtobufCursor(bytes);
  while (cursor.next()) {
    if (cursor.field !== seriesField) cursor.skip();
    else within(cursor, () => readSeries(cursor, exemplarField, readTexts, exemplars));
  }
  return exemplars;
}

/** Adds a label's name and value, or those of several. */
type ReadTexts = (cursor: ProtobufCursor, into: Texts) => void;

interface Sent {
  readonly labels: Texts;
  value: number;
  timeMs: number;
}

function readSeries(cursor: ProtobufCursor, exemplarField: number, readTexts: ReadTexts, into: Exemplar[]): void {
  const labels: Texts = [];
  const sent: Sent[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) readTexts(cursor, labels);
    else if (cursor.field === exemplarField) sent.push(within(cursor, () => readExemplar(cursor, readTexts)));
    else cursor.skip();
  }
  if (sent.length === 0) return;
  const checked = checkLabels(labels);
  if (checked.kind === 'refused') return;
  for (const { labels: own, timeMs, value } of sent) {
    const exemplar = exemplarOf(checked.labels, own, timeMs, value);
    if (exemplar !== null) into.push(exemplar);
  }
}

function readExemplar(cursor: ProtobufCursor, readTexts: ReadTexts): Sent {
  const sent: Sent = { labels: [], value: 0, timeMs: 0 };
  while (cursor.next()) {
    if (cursor.field === 1) readTexts(cursor, sent.labels);
    else if (cursor.field === 2) {
      cursor.expect(FIXED64);
      cursor.advance(8);
      sent.value = cursor.bytes.readDoubleLE(cursor.at - 8);
    } else if (cursor.field === 3) {
      cursor.expect(VARINT);
      sent.timeMs = cursor.int64();
    } else cursor.skip();
  }
  return sent;
}

function readLabel(cursor: ProtobufCursor, into: Texts): void {
  within(cursor, () => {
    let name: string | null = '';
    let value: string | null = '';
    while (cursor.next()) {
      if (cursor.field === 1) name = readText(cursor);
      else if (cursor.field === 2) value = readText(cursor);
      else cursor.skip();
    }
    into.push(name, value);
  });
}

/** Packed, or one by one. */
function readReferences(cursor: ProtobufCursor, symbols: Texts, into: Texts): void {
  const isPacked = cursor.wire !== VARINT;
  for (const to = isPacked ? cursor.lengthEnd() : cursor.at + 1; cursor.at < to; ) {
    const reference = cursor.varint();
    if (reference >= symbols.length) throw new MalformedError(`symbol ${reference} of ${symbols.length}`);
    into.push(symbols[reference]);
  }
}

function readSymbols(bytes: Buffer): Texts {
  const symbols: Texts = [];
  const cursor = new ProtobufCursor(bytes);
  while (cursor.next()) {
    if (cursor.field === 4) symbols.push(readText(cursor));
    else cursor.skip();
  }
  return symbols;
}

function readText(cursor: ProtobufCursor): string | null {
  const to = cursor.lengthEnd();
  const text = utf8(cursor.bytes, cursor.at, to);
  cursor.at = to;
  return text;
}

/** Runs `read` with the cursor's end at that of the message that it stands at. */
function within<T>(cursor: ProtobufCursor, read: () => T): T {
  const outer = cursor.end;
  cursor.end = cursor.lengthEnd();
  const result = read();
  cursor.end = outer;
  return result;
}
