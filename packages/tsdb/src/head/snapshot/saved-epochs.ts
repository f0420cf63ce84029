/**
 * The open epochs of a snapshot, so that a reader of the log begins where the snapshot stands. A series that is in memory is told
 * by its place, so that its labels need not be looked up again. Tables only grow: a part of them that is full is written once.
 */
import { ByteReader, ByteWriter, type Millis } from '@tidemark/base';
import { ProducerEpoch, TenantTables } from '../../model/producer-epoch.ts';
import type { Pacer } from '../../pacer.ts';
import type { Head } from '../head.ts';
import type { LoadedParts } from './load-head.ts';
import { type PartWriter, readList, type SavedPart, writeList } from './part-file.ts';
import { RowReader, RowWriter } from './rows.ts';
import type { WrittenSeries } from './save-head.ts';

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
  readonly references: number;
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
        references: tables.series.references,
      })),
    })) ?? null
  );
}

const TEXTS_PER_PART = 1024;
const SERIES_PER_PART = 2048;
const PLACES_PER_PART = 2 ** 15;

export async function writeEpochs(
  index: ByteWriter,
  epochs: readonly CapturedEpoch[],
  written: ReadonlyMap<string, WrittenSeries>,
  parts: PartWriter,
  pacer: Pacer,
): Promise<void> {
  index.varint(epochs.length);
  for (const { epoch, beganMs, nextSequence, isGapless, tables } of epochs) {
    index.string(epoch.producer);
    for (const value of [epoch.number, epoch.offset, nextSequence]) index.varint(value);
    index.u8(isGapless ? 1 : 0);
    index.zigzag(beganMs);
    index.varint(tables.length);
    for (const captured of tables) await writeTables(index, captured, written.get(captured.tenant), parts, pacer);
  }
}

/** For the reader of the log; and `head` is told which series' places its tables stand for. */
export async function readEpochs(loaded: LoadedParts, head: Head): Promise<ProducerEpoch[]> {
  const { index } = loaded;
  const epochs: ProducerEpoch[] = [];
  for (let count = index.varint(); count > 0; count--) {
    const epoch = new ProducerEpoch(index.string(), index.varint(), index.varint());
    epoch.nextSequence = index.varint();
    epoch.isGapless = index.u8() === 1;
    head.epochs.restore(epoch, index.zigzag());
    for (let tables = index.varint(); tables > 0; tables--) await readTables(loaded, epoch, head);
    epochs.push(epoch);
  }
  return epochs;
}

/** Passes over them: there are none. */
export function skipEpochs({ index }: LoadedParts): ProducerEpoch[] {
  for (let count = index.varint(); count > 0; count--) {
    index.string();
    for (let i = 0; i < 3; i++) index.varint();
    index.u8();
    index.zigzag();
    for (let tables = index.varint(); tables > 0; tables--) readTableIndex(index);
  }
  return [];
}

async function writeTables(
  index: ByteWriter,
  { tenant, tables, textsEnd, seriesEnd, references }: CapturedTables,
  saved: WrittenSeries | undefined,
  parts: PartWriter,
  pacer: Pacer,
): Promise<void> {
  const { series } = tables;
  index.string(tenant);
  index.varint(seriesEnd);
  index.varint(references);
  const item = new ByteWriter(2 ** 16);
  const texts = await inParts(textsEnd, TEXTS_PER_PART, pacer, (part, from, to) =>
    parts.save(tables, part, to - from, () => {
      item.reset();
      for (let i = from; i < to; i++) {
        const text = tables.text(i);
        item.u8(text === undefined ? 0 : 1);
        if (text !== undefined) item.string(text);
      }
      return item.view();
    }),
  );
  const named = await inParts(seriesEnd, SERIES_PER_PART, pacer, (part, from, to) =>
    parts.save(series, part, to - from, () => {
      item.reset();
      const rows = new RowWriter();
      for (let i = from; i < to; i++) rows.write(item, series.textsOf(i));
      return item.view();
    }),
  );
  const places = await inParts(seriesEnd, PLACES_PER_PART, pacer, (_part, from, to) => {
    item.reset();
    const known = saved?.head.placesOf(series);
    for (let i = from, before = 0; i < to; i++) {
      let place = known?.[i] ?? 0;
      // Taken since: of a series that the snapshot has not.
      if (saved === undefined || place > saved.placesEnd) place = 0;
      item.zigzag(place - before - 1);
      before = place;
    }
    return parts.put(item.view());
  });
  for (const list of [texts, named, places]) writeList(index, list);
}

async function inParts(
  end: number,
  size: number,
  pacer: Pacer,
  write: (part: number, from: number, to: number) => Promise<SavedPart>,
): Promise<SavedPart[]> {
  const list: SavedPart[] = [];
  for (let part = 0; part * size < end; part++) {
    await pacer.breathe();
    list.push(await write(part, part * size, Math.min(end, (part + 1) * size)));
  }
  return list;
}

function readTableIndex(index: ByteReader) {
  const [tenant, seriesEnd] = [index.string(), index.varint()];
  index.varint(); // How many texts the series have.
  return { tenant, seriesEnd, texts: readList(index), named: readList(index), places: readList(index) };
}

async function readTables({ index, parts, kept }: LoadedParts, epoch: ProducerEpoch, head: Head): Promise<void> {
  const { tenant: name, seriesEnd, texts, named, places } = readTableIndex(index);
  const tables = new TenantTables();
  const { series } = tables;
  let part = 0;
  for await (const bytes of parts.each(texts)) {
    const item = new ByteReader(bytes);
    const before = series.texts.length;
    while (item.remaining > 0) tables.addText(item.u8() === 0 ? undefined : item.string());
    kept.set(tables, part, series.texts.length - before, texts[part++]);
  }
  part = 0;
  for await (const bytes of parts.each(named)) {
    const item = new ByteReader(bytes);
    const rows = new RowReader();
    const before = series.size;
    while (item.remaining > 0) {
      const size = rows.read(item, series.texts.length);
      tables.addSeries(rows.row, size, 0);
    }
    kept.set(series, part, series.size - before, named[part++]);
  }
  if (series.size !== seriesEnd) throw new RangeError(`${series.size} series of ${seriesEnd}`);
  const tenant = head.tenant(name);
  const column = new Uint32Array(seriesEnd);
  const placesEnd = tenant?.series.placesEnd ?? 0;
  let number = 0;
  for await (const bytes of parts.each(places)) {
    const item = new ByteReader(bytes);
    for (let place = 0; item.remaining > 0; number++) {
      place += item.zigzag() + 1;
      if (place < 0 || place > placesEnd || number >= seriesEnd) throw new RangeError(`place ${place} of ${placesEnd}`);
      // A series that came while the head was saved may be without its labels there: it gets its place anew.
      column[number] = place > 0 && tenant?.series.isTaken(place - 1) ? place : 0;
    }
  }
  tenant?.restorePlaces(series, column);
  epoch.tenants.set(name, tables);
}
