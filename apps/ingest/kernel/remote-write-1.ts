// Remote write 1.0, `prometheus.WriteRequest`, as senders write it: series of labels and then samples, and nothing else.
//
//   WriteRequest  timeseries = 1
//   TimeSeries    labels = 1, samples = 2, exemplars = 3, histograms = 4
import { difference, hash } from './bytes';
import { countExemplar, countHistogram } from './counts';
import { fieldEnd, valueAt } from './fields';
import { MESSAGE } from './memory';
import { sampleCount, takeSample, takeUsualSample } from './samples';
import * as series from './series';
import { addressIn, hashIn, makeRoom, PROBES_MAX, slotAfter, slotOf } from './table';
import { nextTextOf, textBytes, textLength, textOf } from './texts';

/**
 * After `begin`: reads the `length` bytes of `MESSAGE` into columns. False when something is not as it should be, unusual, or too much: the
 * host reads the request then, and says what is wrong. Series that were added by then stay.
 */
export function readRequest1(length: u32, samplesPerSeriesMax: u32): bool {
  const end = MESSAGE + length;
  let at = MESSAGE;
  while (at < end) {
    if (load<u8>(at) !== 0x0a) return false;
    const to = fieldEnd(at + 1, end);
    if (to === 0 || !readSeries(valueAt, to, samplesPerSeriesMax)) return false;
    at = to;
  }
  return !series.sawRefused();
}

function readSeries(from: usize, end: usize, samplesPerSeriesMax: u32): bool {
  let record = series.predicted();
  let at: usize = record === 0 ? 0 : labelsEndOf(record, from, end);
  if (at === 0) {
    // Slow path: another series than last time.
    at = labelsEnd(from, end);
    if (at === 0) return false;
    record = find(from, at);
    if (record === 0) return false;
    series.remember(record);
  }
  const number = series.came(record);
  const before = sampleCount();
  while (at < end) {
    const sampleEnd = takeUsualSample(number, at, end);
    if (sampleEnd !== 0) {
      at = sampleEnd;
      continue;
    }
    const tag: u32 = load<u8>(at);
    const to = fieldEnd(at + 1, end);
    if (to === 0) return false;
    if (tag === 0x12) {
      if (!takeSample(number, valueAt, to)) return false;
    } else if (tag === 0x1a) countExemplar();
    else if (tag === 0x22) countHistogram();
    else return false;
    at = to;
  }
  return sampleCount() - before <= samplesPerSeriesMax;
}

/** The end of the labels at `from`, if they are this series' and all of them; else 0. */
function labelsEndOf(record: usize, from: usize, end: usize): usize {
  let at = from;
  let different: v128 = i64x2(0, 0);
  let text = series.texts(record);
  const textsEnd = text + ((<usize>series.textCount(record)) << 2);
  for (; text < textsEnd; text += 4) {
    const label = <usize>load<u32>(text);
    const length = textLength(label);
    different = v128.or(different, difference(textBytes(label), at, length));
    at += length;
  }
  if (v128.any_true(different) || at > end) return 0;
  return at === end || load<u8>(at) !== 0x0a ? at : 0;
}

function labelsEnd(from: usize, end: usize): usize {
  let at = from;
  while (at < end && load<u8>(at) === 0x0a) {
    at = fieldEnd(at + 1, end);
    if (at === 0) return 0;
  }
  return at;
}

/** The record of the series with these labels, made when there is none; 0 when there is no room. */
function find(from: usize, to: usize): usize {
  if (!makeRoom(series.TABLE)) return 0;
  const h = hash(from, <u32>(to - from));
  let slot = slotOf(series.TABLE, h);
  for (let probes: u32 = 0; probes < PROBES_MAX; probes++) {
    const record = addressIn(slot);
    if (record === 0) return add(h, from, to);
    if (hashIn(slot) === h && labelsEndOf(record, from, to) === to) return record;
    slot = slotAfter(series.TABLE, slot);
  }
  return 0;
}

function add(h: u32, from: usize, to: usize): usize {
  let count: u32 = 0;
  for (let at = from; at < to; at = fieldEnd(at + 1, to)) count++;
  const record = series.add(h, count, 0);
  if (record === 0) return 0;
  let text = series.texts(record);
  // Behind a target's label mostly comes that which came behind it in the series before.
  let label: usize = 0;
  for (let at = from; at < to; text += 4) {
    const next = fieldEnd(at + 1, to);
    label = label === 0 ? textOf(at, <u32>(next - at)) : nextTextOf(label, at, <u32>(next - at));
    if (label === 0) return 0;
    store<u32>(text, <u32>label);
    at = next;
  }
  return record;
}
