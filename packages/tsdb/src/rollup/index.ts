export { rollSamples } from './aggregate.ts';
export { countAbove, quantileOfSketch, type Stretch, schemaOf, stretchesOf } from './ask-sketch.ts';
export { errorOf } from './buckets.ts';
export { mergeSketches } from './make-sketch.ts';
export { mergedWindow, mergeWindows, sketchedOf } from './merge-windows.ts';
export type { RolledColumns, RolledWindow, SeriesKind } from './rolled-columns.ts';
export { kindOf } from './series-kind.ts';
export type { BucketRow, BucketSketch, Sketch, Sketched, ValueList } from './sketch.ts';
export { RAW_RETENTION_MS, TIERS, type Tier, tierOf, windowEndOf } from './tiers.ts';
