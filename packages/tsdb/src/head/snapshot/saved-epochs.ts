/**
 * The open epochs of a snapshot, so that a reader of the log begins where the snapshot stands. A series that is in memory is told
 * by its position in the snapshot, so that its labels need not be looked up again.
 */
import type { Millis } from '@tidemark/base';
import { ProducerEpoch, TenantTables } from '../../model/producer-epoch.ts';
import type { Pacer } from '../../pacer.ts';
import type { Head } from '../head.ts';
import type { TenantHead } from '../tenant-head.ts';
import { type FrameReader, type FrameWriter, readBelow } from './frames.ts';

/** An epoch as it was at one time: its tables only grow. */
export interface CapturedEpoch {
  readonly epoch: ProducerEpoch;
  readonly beganMs: Millis;
  readonly nextSequence: number;
  readonly isGapless: boolean;
  readonly tables: readonly CapturedTables[];
}

interface CapturedTables {
  readonly tenant: string;
  readonly tables: TenantTables;
  readonly textsEnd: number;
  readonly seriesEnd: number;
}

/** Null when they must be read from their beginnings. */
export function captureEpochs(head: Head): readonly CapturedEpoch[] | null {
  const open = head.epochs.known();
  return (
    open?.map(({ epoch, beganMs }) => ({
      epoch,
      beganMs,
      nextSequence: epoch.nextSequence,
      isGapless: epoch.isGapless,
      tables: Array.from(epoch.tenants, ([tenant, tables]) => ({
        tenant,
        tables,
        textsEnd: tables.series.texts.length,
        seriesEnd: tables.series.size,
      })),
    })) ?? null
  );
}

/** What the snapshot has of a tenant: by place, which of its series that is, from 1 on. */
export interface SavedSeries {
  readonly head: TenantHead;
  readonly positions: Uint32Array;
}

export async function writeEpochs(
  frames: FrameWriter,
  epochs: readonly CapturedEpoch[],
  savedOf: (tenant: string) => SavedSeries | undefined,
  pacer: Pacer,
): Promise<void> {
  const { item } = frames;
  item.varint(epochs.length);
  for (const { epoch, beganMs, nextSequence, isGapless, tables } of epochs) {
    item.string(epoch.producer);
    for (const value of [epoch.number, epoch.offset, nextSequence]) item.varint(value);
    item.u8(isGapless ? 1 : 0);
    item.zigzag(beganMs);
    item.varint(tables.length);
    for (const captured of tables) await writeTables(frames, captured, savedOf(captured.tenant), pacer);
  }
  await frames.flush();
}

export function readEpochs(frames: FrameReader, head: Head): ProducerEpoch[] {
  const epochs: ProducerEpoch[] = [];
  for (let count = frames.item().varint(); count > 0; count--) {
    const item = frames.item();
    const epoch = new ProducerEpoch(item.string(), item.varint(), item.varint());
    epoch.nextSequence = item.varint();
    epoch.isGapless = item.u8() === 1;
    head.epochs.restore(epoch, item.zigzag());
    for (let tables = item.varint(); tables > 0; tables--) readTables(frames, epoch, head);
    epochs.push(epoch);
  }
  return epochs;
}

async function writeTables(
  frames: FrameWriter,
  { tenant, tables, textsEnd, seriesEnd }: CapturedTables,
  saved: SavedSeries | undefined,
  pacer: Pacer,
): Promise<void> {
  const { item } = frames;
  item.string(tenant);
  item.varint(textsEnd);
  item.varint(seriesEnd);
  for (let i = 0; i < textsEnd; i++) {
    await pacer.breathe();
    const text = tables.text(i);
    item.u8(text === undefined ? 0 : 1);
    if (text !== undefined) item.string(text);
    if (frames.itemEnds()) await frames.flush();
  }
  const places = saved?.head.placesOf(tables.series);
  for (let number = 0; number < seriesEnd; number++) {
    await pacer.breathe();
    // Places that were taken since are of series that the snapshot has not.
    const place = (places?.[number] ?? 0) - 1;
    item.varint(saved?.positions[place] ?? 0);
    const [from, to] = [tables.series.from(number), tables.series.to(number)];
    item.varint(to - from);
    for (let at = from; at < to; at++) item.varint(tables.series.references[at]);
    if (frames.itemEnds()) await frames.flush();
  }
}

function readTables(frames: FrameReader, epoch: ProducerEpoch, head: Head): void {
  const item = frames.item();
  const name = item.string();
  const tables = new TenantTables();
  const [textsEnd, seriesEnd] = [item.varint(), item.varint()];
  for (let i = 0; i < textsEnd; i++) {
    const one = frames.item();
    tables.addText(one.u8() === 0 ? undefined : one.string());
  }
  const tenant = head.tenant(name);
  const seriesCount = tenant?.series.size ?? 0;
  const places = new Uint32Array(seriesEnd);
  let references = new Uint32Array(64);
  for (let number = 0; number < seriesEnd; number++) {
    const one = frames.item();
    places[number] = readBelow(one, seriesCount + 1);
    const size = one.varint();
    if (size > references.length) references = new Uint32Array(2 * size);
    for (let i = 0; i < size; i++) references[i] = readBelow(one, textsEnd);
    tables.addSeries(references, size, 0);
  }
  tenant?.restorePlaces(tables.series, places);
  epoch.tenants.set(name, tables);
}
