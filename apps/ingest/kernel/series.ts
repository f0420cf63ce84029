// Series as lists of texts. A steady sender sends its series in the same order, so each remembers which came after it: the
// usual lookup is one comparison, exact, without a hash.
//
//   record := u32 record of the series that came after it last time (0: none), u32 number,
//             u32 texts : 16, period : 8, 0 : 7, refused : 1, u32 address of each text
//
// The period is the one in which it came last, so that the series of a period can be counted; refused is what the host has refused.
import { take } from './arena';
import { NEW, NEW_MAX } from './memory';
import * as table from './table';

export const TABLE: usize = memory.data(table.TABLE_BYTES, 4);

const REFUSED: u32 = 0x80000000;
const TEXTS_MAX: u32 = 0xffff;
const PERIOD_BITS: u32 = 16;
const PERIOD: u32 = 0xff << PERIOD_BITS;

/** In its place in a record; never 0. */
let period: u32 = 1 << PERIOD_BITS;
let seen: u32 = 0;

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
  const word = load<u32>(record, 8);
  if ((word & PERIOD) !== period) {
    store<u32>(record, (word & ~PERIOD) | period, 8);
    seen++;
  }
  if (word >= REFUSED) refused = true;
  return load<u32>(record, 4);
}

/** How many series have come since this was asked last. */
export function seenCount(): u32 {
  const count = seen;
  seen = 0;
  period = period === PERIOD ? 1 << PERIOD_BITS : period + (1 << PERIOD_BITS);
  return count;
}

export function textCount(record: usize): u32 {
  return load<u32>(record, 8) & TEXTS_MAX;
}

/** The address of its first text's address. */
export function texts(record: usize): usize {
  return record + 12;
}

/**
 * A record for a new series, whose texts the caller fills in, with `more` zeroed bytes behind them; 0 when there is no room.
 */
export function add(hash: u32, textCount: u32, more: u32): usize {
  if (added === NEW_MAX || textCount > TEXTS_MAX) return 0;
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
