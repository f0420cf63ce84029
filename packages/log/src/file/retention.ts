import type { Millis } from '@tidemark/base';

/** What may be dropped: whole segments, oldest first, never a partition's last. Either bound suffices to drop. */
export interface Retention {
  readonly ageMs: number;
  /** Over all partitions. */
  readonly bytes: number;
}

export interface SegmentFacts {
  readonly partition: number;
  readonly first: number;
  readonly bytes: number;
  /** When its first record was written. */
  readonly beganMs: Millis;
}

/** `segments` in any order. A segment is as old as its newest record, which is no older than the next segment's first. */
export function segmentsToDrop(segments: readonly SegmentFacts[], retention: Retention, nowMs: Millis): SegmentFacts[] {
  const closed: { readonly segment: SegmentFacts; readonly endedMs: Millis }[] = [];
  const byPartition = Map.groupBy(segments, (segment) => segment.partition);
  for (const list of byPartition.values()) {
    const rising = list.toSorted((a, b) => a.first - b.first);
    for (let i = 0; i + 1 < rising.length; i++) closed.push({ segment: rising[i], endedMs: rising[i + 1].beganMs });
  }
  closed.sort((a, b) => a.endedMs - b.endedMs || a.segment.first - b.segment.first);
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const dropped: SegmentFacts[] = [];
  for (const { segment, endedMs } of closed) {
    if (endedMs > nowMs - retention.ageMs && bytes <= retention.bytes) break;
    bytes -= segment.bytes;
    dropped.push(segment);
  }
  return dropped;
}
