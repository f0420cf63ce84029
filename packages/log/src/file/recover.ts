/**
 * What a writer finds when it opens a partition: the segments, and where the last one is still good.
 *
 * Bytes after the last good frame are a write that a crash interrupted, and are cut. Only what `durable` vouches for
 * was acknowledged: should that part be unreadable it is damage, stays where it is, and its offsets are not given again.
 */
import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import type { DurableEnd } from './durable.ts';
import { FRAME_HEADER_BYTES, readFrameHeader } from './frame.ts';
import { FrameScanner } from './frame-scanner.ts';
import { listSegments, segmentPath } from './layout.ts';
import type { PartitionStart } from './partition-writer.ts';
import type { SegmentFacts } from './retention.ts';

export type RecoveryEvent =
  | { readonly kind: 'torn_tail'; readonly file: string; readonly at: number; readonly lostBytes: number }
  | { readonly kind: 'damage'; readonly error: CorruptionError };

/** `durable` is null when the log's own record of it cannot be read. */
export async function recoverPartition(
  files: Files,
  dir: string,
  partition: number,
  salt: number,
  durable: DurableEnd | null,
  report: (event: RecoveryEvent) => void,
): Promise<PartitionStart> {
  const segments = await Promise.all(
    (await listSegments(files, dir, partition)).map((first) => readFacts(files, dir, partition, salt, first)),
  );
  const last = segments.at(-1);
  if (last === undefined) return { segments, isLastWritable: false, end: durable?.end ?? 0 };

  const path = segmentPath(dir, partition, last.first);
  const { goodBytes, end } = await scanSegment(files, path, salt, last, report);
  if (durable !== null && durable.end > end) {
    const reason = `records ${end} to ${durable.end - 1} were durable and cannot be read`;
    report({ kind: 'damage', error: new CorruptionError({ file: path, offset: goodBytes, reason }) });
    return { segments, isLastWritable: false, end: durable.end };
  }
  if (last.bytes > goodBytes) report({ kind: 'torn_tail', file: path, at: goodBytes, lostBytes: last.bytes - goodBytes });
  return { segments: [...segments.slice(0, -1), { ...last, bytes: goodBytes }], isLastWritable: true, end };
}

/** Up to the last good frame. Damage between good frames is reported and stays. */
async function scanSegment(
  files: Files,
  path: string,
  salt: number,
  segment: SegmentFacts,
  report: (event: RecoveryEvent) => void,
): Promise<{ goodBytes: number; end: number }> {
  const file = await files.open(path, 'read');
  let goodBytes = 0;
  let end = segment.first;
  const doubtful: CorruptionError[] = [];
  try {
    const scanner = new FrameScanner(file, salt);
    for (;;) {
      const scanned = await scanner.next(segment.bytes);
      if (scanned.kind === 'tail' || scanned.kind === 'end') break;
      if (scanned.kind === 'frame') {
        for (const error of doubtful.splice(0)) report({ kind: 'damage', error });
        goodBytes = scanner.at;
        end = scanned.header.offset + 1;
      } else {
        const reason =
          scanned.kind === 'bad_payload' ? `checksum of record ${scanned.header.offset}` : `no frame in ${scanned.to - scanned.at} bytes`;
        doubtful.push(new CorruptionError({ file: path, offset: scanned.at, reason }));
      }
    }
  } finally {
    await file.close();
  }
  return { goodBytes, end };
}

async function readFacts(files: Files, dir: string, partition: number, salt: number, first: number): Promise<SegmentFacts> {
  const file = await files.open(segmentPath(dir, partition, first), 'read');
  try {
    const start = Buffer.alloc(FRAME_HEADER_BYTES);
    const isWhole = (await file.read(start, 0)) === start.length;
    const header = isWhole ? readFrameHeader(start, 0, salt) : null;
    return { partition, first, bytes: await file.size(), beganMs: header?.timeMs ?? (await file.writtenAtMs()) };
  } finally {
    await file.close();
  }
}
