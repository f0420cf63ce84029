// Series as lists of texts. A steady sender sends its series in the same order, so each remembers which came after it: the
// usual lookup is one comparison, exact, without a hash.
//
//   record := u32 record of the series that came after it last time (0: none), u32 number,
//             u32 texts (the top bit: the host has refused it), u32 address of each text
import { take } from './arena';
import { NEW, NEW_MAX } from './memory';
import * as table from './table';

export const TABLE: usize = memory.data(table.TABLE_BYTES, 4);

const REFUSED: u32 = 0x80000000;

/** Stands before a request's first series. */
const BEGINNING: usize = memory.data(16, 8);
let before: usize = BEGINNING;
let count: u32 = 0;
let added: u32 = 0;
let refused: bool = false;

/** A request begins. */
export function beginSeries(): void {
  before = BEGINNING;
  added = 0;
  refused = false;
}

/** Series that this request has added: as many entries of `NEW`. */
export function addedCount(): u32 {
  return added;
}

/** A series of this request is one that the host has refused. */
export function sawRefused(): bool {
  return refused;
}

/** The record of the series that should come now; 0 when nothing is known. */
export function predicted(): usize {
  return <usize>load<u32>(before);
}

/** This one comes instead of the predicted one. */
export function remember(record: usize): void {
  store<u32>(before, <u32>record);
}

/** This series came: its number. */
export function came(record: usize): u32 {
  before = record;
  if (load<u32>(record, 8) >= REFUSED) refused = true;
  return load<u32>(record, 4);
}

export function textCount(record: usize): u32 {
  return load<u32>(record, 8) & ~REFUSED;
}

/** The address of its first text's address. */
export function texts(record: usize): usize {
  return record + 12;
}

/**
 * A record for a new series, whose texts the caller fills in, with `more` zeroed bytes behind them; 0 when there is no room.
 */
export function add(hash: u32, textCount: u32, more: u32): usize {
  if (added === NEW_MAX) return 0;
  const record = take(12 + ((<usize>textCount) << 2) + more);
  if (record === 0) return 0;
  store<u32>(record, count++, 4);
  store<u32>(record, textCount, 8);
  store<u32>(NEW + ((<usize>added) << 2), <u32>record);
  added++;
  table.add(TABLE, hash, record);
  return record;
}

/** The host cannot take this series: requests that have it are left to the host. */
export function refuse(record: usize): void {
  store<u32>(record, load<u32>(record, 8) | REFUSED, 8);
}
