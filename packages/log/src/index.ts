export { EPOCH_MS_MAX, RECORD_BYTES_MAX } from './limits.ts';
export type { AppendResult, LogEntry, LogExtent, LogReader, LogSource, LogWriter, Offset, ReadResult } from './log.ts';
export { type DecodedRecord, RecordDecoder } from './record/decoder.ts';
export {
  type EncodedRecord,
  PRODUCER_BYTES,
  type RecordColumns,
  RecordEncoder,
  type RecordEncoderOptions,
  type RecordSamples,
} from './record/encoder.ts';
