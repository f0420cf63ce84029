// What remote write 2.0 says of a metric, with each of its series: type = 1, help_ref = 3, unit_ref = 4. The host makes a metadata of
// it once and gives it a number; a request's list then has each number once.
//
//   behind a series' texts := u32 type, u32 text of the help, u32 text of the unit, u32 number (0: the host has given none)
//   entry of the list      := u32 record of a series whose metadata has no number (0: it has), u32 number, u32 type, u32 help, u32 unit
import { value, varintEnd } from './fields';
import { METADATA, METADATA_BYTES, METADATA_MAX, METADATA_SEEN } from './memory';
import { symbol } from './symbols';

export const METADATA_OF_SERIES_BYTES: u32 = 16;

let count: u32 = 0;
let request: u32 = 0;

export function beginMetadata(): void {
  count = 0;
  request++;
}

export function metadataCount(): u32 {
  return count;
}

/** `facts` is where the series' metadata lies. False when the bytes at `[at, end)` are not as they should be, or too many. */
export function takeMetadata(record: usize, facts: usize, at: usize, end: usize): bool {
  let type: u64 = 0;
  let help: u64 = 0;
  let unit: u64 = 0;
  while (at < end) {
    const tag: u32 = load<u8>(at);
    at = varintEnd(at + 1);
    if (at === 0 || at > end) return false;
    if (tag === 0x08) type = value;
    else if (tag === 0x18) help = value;
    else if (tag === 0x20) unit = value;
    else return false;
  }
  if ((type | help | unit) === 0) return true; // What a sender without metadata says of each series.
  const helpText = symbol(help);
  const unitText = symbol(unit);
  if (type > 0xffff || helpText === 0 || unitText === 0 || count === METADATA_MAX) return false;
  const entry = METADATA + <usize>count * METADATA_BYTES;
  const number = load<u32>(facts, 12);
  if (number !== 0 && load<u32>(facts) === <u32>type && load<u32>(facts, 4) === <u32>helpText && load<u32>(facts, 8) === <u32>unitText) {
    const seen = METADATA_SEEN + ((<usize>number) << 2);
    if (load<u32>(seen) === request) return true;
    store<u32>(seen, request);
    store<u32>(entry, 0);
    store<u32>(entry, number, 4);
  } else {
    store<u32>(facts, <u32>type);
    store<u32>(facts, <u32>helpText, 4);
    store<u32>(facts, <u32>unitText, 8);
    store<u32>(facts, 0, 12);
    store<u32>(entry, <u32>record);
    store<u32>(entry, 0, 4);
    store<u32>(entry, <u32>type, 8);
    store<u32>(entry, <u32>helpText, 12);
    store<u32>(entry, <u32>unitText, 16);
  }
  count++;
  return true;
}
