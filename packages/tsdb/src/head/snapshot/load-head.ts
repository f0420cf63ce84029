import type { EngineLimits } from '../../limits.ts';
import { Head } from '../head.ts';
import { type FrameReader, readBelow } from './frames.ts';
import type { SavedPage } from './page-file.ts';
import type { SnapshotPosition } from './save-head.ts';

export function readPosition(frames: FrameReader): SnapshotPosition {
  const item = frames.item();
  return { heldTo: item.varint(), replayFrom: item.varint(), blocksFrom: item.varint(), quarantine: item.u32() };
}

/** The tenants. Throws `RangeError` when it is not what was written. */
export function readHead(frames: FrameReader, limits: EngineLimits, { replayFrom, heldTo }: SnapshotPosition): Head {
  const head = new Head(limits, replayFrom, heldTo);
  for (let tenants = frames.item().varint(); tenants > 0; tenants--) readTenant(frames, head);
  return head;
}

export function readPages(frames: FrameReader): SavedPage[] {
  const count = frames.item().varint();
  const pages: SavedPage[] = [];
  for (let i = 0; i < count; i++) {
    const item = frames.item();
    pages.push({ number: item.varint(), slot: item.varint(), used: item.varint(), chunks: item.varint(), checksum: item.u32() });
  }
  return pages;
}

function readTenant(frames: FrameReader, head: Head): void {
  const item = frames.item();
  const tenant = head.restore(item.string(), item.f64());
  const [pairsEnd, series] = [item.varint(), item.varint()];
  tenant.series.postings.restorePairs(readPairs(frames, pairsEnd));
  let pairs = new Uint32Array(64);
  for (let i = 0; i < series; i++) {
    const one = frames.item();
    const count = one.varint();
    if (count > pairs.length) pairs = new Uint32Array(2 * count);
    for (let k = 0; k < count; k++) pairs[k] = readBelow(one, pairsEnd);
    const place = tenant.series.restore(pairs.subarray(0, count));
    tenant.columns.restore(place, one.varint(), one.zigzag());
  }
  const last = frames.item();
  tenant.samples = last.varint();
  tenant.windows.restore(
    Array.from({ length: last.varint() }, () => {
      const [startMs, fromMs, toMs, openedMs, touchedMs] = Array.from({ length: 5 }, () => last.zigzag());
      return { startMs, fromMs, toMs, openedMs, touchedMs, replayFrom: last.varint(), isOld: last.u8() === 1 };
    }),
  );
}

function* readPairs(frames: FrameReader, pairsEnd: number): Generator<[name: string, value: string]> {
  const names = [''];
  for (let pair = 0; pair < pairsEnd; pair++) {
    const item = frames.item();
    const name = readBelow(item, names.length + 1);
    if (name === names.length) names.push(item.string());
    yield [names[name], name === 0 ? '' : item.string()];
  }
}
