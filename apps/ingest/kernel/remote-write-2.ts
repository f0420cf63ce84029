// Remote write 2.0, `io.prometheus.write.v2.Request`, as senders write it: symbols, then series.
//
//   Request     symbols = 4, timeseries = 5
//   TimeSeries  labels_refs = 1 (name, value, name, value … in symbols), samples = 2, histograms = 3, exemplars = 4,
//               metadata = 5, created_timestamp = 6
import { equal, hash } from './bytes';
import { countExemplar, countHistogram } from './counts';
import { fieldEnd, value, valueAt, varintEnd } from './fields';
import { MESSAGE, REFERENCES, REFERENCES_MAX } from './memory';
import { METADATA_OF_SERIES_BYTES, takeMetadata } from './metadata';
import { sampleCount, takeSample, takeUsualSample } from './samples';
import * as series from './series';
import { addSymbol, beginSymbols, symbol } from './symbols';
import { addressIn, hashIn, makeRoom, PROBES_MAX, slotAfter, slotOf } from './table';

/** As `readRequest1`. Texts of a series are those of its symbols. */
export function readRequest2(length: u32, samplesPerSeriesMax: u32): bool {
  const end = MESSAGE + length;
  beginSymbols();
  let at = MESSAGE;
  let areSymbolsOver = false;
  while (at < end) {
    const tag: u32 = load<u8>(at);
    const to = fieldEnd(at + 1, end);
    if (to === 0) return false;
    if (tag === 0x22) {
      if (areSymbolsOver || !addSymbol(valueAt, <u32>(to - valueAt))) return false;
    } else if (tag === 0x2a) {
      areSymbolsOver = true;
      if (!readSeries(valueAt, to, samplesPerSeriesMax)) return false;
    } else return false;
    at = to;
  }
  return !series.sawRefused();
}

function readSeries(from: usize, end: usize, samplesPerSeriesMax: u32): bool {
  if (from === end || load<u8>(from) !== 0x0a) return false;
  let at = fieldEnd(from + 1, end);
  if (at === 0) return false;
  const textCount = readReferences(valueAt, at);
  if (textCount === 0) return false;
  let record = series.predicted();
  if (record === 0 || !isThis(record, textCount)) {
    // Slow path: another series than last time.
    record = find(textCount);
    if (record === 0) return false;
    series.remember(record);
  }
  const number = series.came(record);
  const before = sampleCount();
  let hasMetadata = false;
  while (at < end) {
    const sampleEnd = takeUsualSample(number, at, end);
    if (sampleEnd !== 0) {
      at = sampleEnd;
      continue;
    }
    const tag: u32 = load<u8>(at);
    if (tag === 0x30) {
      at = varintEnd(at + 1);
      if (at === 0 || at > end) return false;
      continue;
    }
    const to = fieldEnd(at + 1, end);
    if (to === 0) return false;
    if (tag === 0x12) {
      if (!takeSample(number, valueAt, to)) return false;
    } else if (tag === 0x1a) countHistogram();
    else if (tag === 0x22) countExemplar();
    else if (tag === 0x2a && !hasMetadata) {
      hasMetadata = true;
      if (!takeMetadata(record, series.texts(record) + ((<usize>textCount) << 2), valueAt, to)) return false;
    } else return false;
    at = to;
  }
  return sampleCount() - before <= samplesPerSeriesMax;
}

/** The texts of the references at `[at, end)` go to `REFERENCES`. How many: 0 when they are not pairs, or too many. */
function readReferences(at: usize, end: usize): u32 {
  let count: u32 = 0;
  while (at < end) {
    let number: u64 = load<u8>(at);
    if (number < 128) at++;
    else {
      at = varintEnd(at);
      if (at === 0 || at > end) return 0;
      number = value;
    }
    const text = symbol(number);
    if (text === 0 || count === REFERENCES_MAX) return 0;
    store<u32>(REFERENCES + ((<usize>count) << 2), <u32>text);
    count++;
  }
  return (count & 1) === 0 ? count : 0;
}

/** Is it the series of the `textCount` texts at `REFERENCES`? */
function isThis(record: usize, textCount: u32): bool {
  return series.textCount(record) === textCount && equal(series.texts(record), REFERENCES, textCount << 2);
}

/** The record of the series, made when there is none; 0 when there is no room. */
function find(textCount: u32): usize {
  if (!makeRoom(series.TABLE)) return 0;
  const h = hash(REFERENCES, textCount << 2);
  let slot = slotOf(series.TABLE, h);
  for (let probes: u32 = 0; probes < PROBES_MAX; probes++) {
    const record = addressIn(slot);
    if (record === 0) return add(h, textCount);
    if (hashIn(slot) === h && isThis(record, textCount)) return record;
    slot = slotAfter(series.TABLE, slot);
  }
  return 0;
}

function add(h: u32, textCount: u32): usize {
  const record = series.add(h, textCount, METADATA_OF_SERIES_BYTES);
  if (record !== 0) memory.copy(series.texts(record), REFERENCES, (<usize>textCount) << 2);
  return record;
}
