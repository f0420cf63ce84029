export type { ExpositionFormat } from './format.ts';
export { type Line, readLine, readSample, type Sample, type SampleExemplar } from './line.ts';
export { MalformedLine } from './malformed.ts';
export { type CommentLine, FamilyMetadata, familyNameOf } from './metadata.ts';
export { type MalformedExposition, malformedAt, NO_EOF, type PlainSink, readPlainly } from './plain.ts';
