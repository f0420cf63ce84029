/** What bytes of other systems are read and written with: no format of ours. */
export { type Malformed, MalformedError, orMalformed } from './malformed.ts';
export { BYTES, FIXED32, FIXED64, ProtobufCursor, utf8, VARINT } from './protobuf.ts';
export { ProtobufWriter } from './protobuf-writer.ts';
export { type SnappyResult, snappyDecompress } from './snappy.ts';
export { snappyCompress, snappyCompressInSlices } from './snappy-compress.ts';
