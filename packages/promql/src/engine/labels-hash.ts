/**
 * The hash by which Prometheus chooses series for `limit_ratio`: XXH64, seed 0 (Yann Collet, xxHash specification 0.1.1), over
 *
 *   labels := (length name length value)…        in the order of their names
 *   length := byte  |  0xff three bytes, the lowest first       of the UTF-8 that follows; one byte below 255
 *
 * 64 bits are two halves of 32, which is several times as fast as BigInt.
 */
import type { Labels } from '@tidemark/tsdb/model';

/** From 0 to 1. */
export function hashedShare(labels: Labels): number {
  let length = 0;
  for (const text of labels.pairs) length = put(text, length);
  xxh64(length);
  return ((high >>> 0) * 2 ** 32 + (low >>> 0)) / 2 ** 64;
}

let scratch = new Uint8Array(4096);
const encoder = new TextEncoder();

function put(text: string, at: number): number {
  const most = at + 4 + 3 * text.length;
  if (scratch.length < most) {
    const grown = new Uint8Array(2 * most);
    grown.set(scratch);
    scratch = grown;
  }
  // Where it begins depends on how long it is.
  const { written } = encoder.encodeInto(text, scratch.subarray(at + 1));
  if (written < 255) {
    scratch[at] = written;
    return at + 1 + written;
  }
  scratch.copyWithin(at + 4, at + 1, at + 1 + written);
  scratch.set([255, written & 0xff, (written >>> 8) & 0xff, written >>> 16], at);
  return at + 4 + written;
}

/** The halves of what was calculated last. */
let high = 0;
let low = 0;

const [P1H, P1L] = [0x9e3779b1, 0x85ebca87];
const [P2H, P2L] = [0xc2b2ae3d, 0x27d4eb4f];
const [P3H, P3L] = [0x165667b1, 0x9e3779f9];
const [P4H, P4L] = [0x85ebca77, 0xc2b2ae63];
const [P5H, P5L] = [0x27d4eb2f, 0x165667c5];

/** Four accumulators, high and low halves. */
const lanes = new Int32Array(8);

function xxh64(length: number): void {
  let at = 0;
  if (length >= 32) {
    add(P1H, P1L, P2H, P2L);
    lanes[0] = high;
    lanes[1] = low;
    lanes.set([P2H, P2L, 0, 0], 2);
    // 0 - P1.
    lanes[6] = ~P1H;
    lanes[7] = -P1L;
    for (; at + 32 <= length; at += 32) {
      for (let lane = 0; lane < 4; lane++) {
        round(lanes[2 * lane], lanes[2 * lane + 1], word(at + 8 * lane + 4), word(at + 8 * lane));
        lanes[2 * lane] = high;
        lanes[2 * lane + 1] = low;
      }
    }
    let sumHigh = 0;
    let sumLow = 0;
    for (let lane = 0; lane < 4; lane++) {
      rotate(lanes[2 * lane], lanes[2 * lane + 1], MERGE_BITS[lane]);
      add(high, low, sumHigh, sumLow);
      sumHigh = high;
      sumLow = low;
    }
    for (let lane = 0; lane < 4; lane++) {
      round(0, 0, lanes[2 * lane], lanes[2 * lane + 1]);
      multiply(high ^ sumHigh, low ^ sumLow, P1H, P1L);
      add(high, low, P4H, P4L);
      sumHigh = high;
      sumLow = low;
    }
  } else {
    high = P5H | 0;
    low = P5L | 0;
  }
  add(high, low, 0, length);
  for (; at + 8 <= length; at += 8) {
    const [h, l] = [high, low];
    round(0, 0, word(at + 4), word(at));
    rotate(high ^ h, low ^ l, 27);
    multiply(high, low, P1H, P1L);
    add(high, low, P4H, P4L);
  }
  if (at + 4 <= length) {
    const [h, l] = [high, low];
    multiply(0, word(at), P1H, P1L);
    rotate(high ^ h, low ^ l, 23);
    multiply(high, low, P2H, P2L);
    add(high, low, P3H, P3L);
    at += 4;
  }
  for (; at < length; at++) {
    const [h, l] = [high, low];
    multiply(0, scratch[at], P5H, P5L);
    rotate(high ^ h, low ^ l, 11);
    multiply(high, low, P1H, P1L);
  }
  // Each half of a shift to the right by more than 32, or less.
  multiply(high, low ^ (high >>> 1), P2H, P2L);
  multiply(high ^ (high >>> 29), low ^ ((low >>> 29) | (high << 3)), P3H, P3L);
  low ^= high;
}

const MERGE_BITS = [1, 7, 12, 18];

function round(accHigh: number, accLow: number, inputHigh: number, inputLow: number): void {
  multiply(inputHigh, inputLow, P2H, P2L);
  add(high, low, accHigh, accLow);
  rotate(high, low, 31);
  multiply(high, low, P1H, P1L);
}

function add(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const sum = (aLow >>> 0) + (bLow >>> 0);
  low = sum | 0;
  high = (aHigh + bHigh + (sum >= 2 ** 32 ? 1 : 0)) | 0;
}

/** By less than 32 bits to the left. */
function rotate(h: number, l: number, bits: number): void {
  high = (h << bits) | (l >>> (32 - bits));
  low = (l << bits) | (h >>> (32 - bits));
}

function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const [a0, a1] = [aLow & 0xffff, aLow >>> 16];
  const [b0, b1] = [bLow & 0xffff, bLow >>> 16];
  const lowest = a0 * b0;
  const middle = a0 * b1 + a1 * b0 + Math.floor(lowest / 2 ** 16);
  const carried = a1 * b1 + Math.floor(middle / 2 ** 16);
  high = (carried + Math.imul(aLow, bHigh) + Math.imul(aHigh, bLow)) | 0;
  low = ((middle % 2 ** 16) * 2 ** 16 + (lowest % 2 ** 16)) | 0;
}

function word(at: number): number {
  return scratch[at] | (scratch[at + 1] << 8) | (scratch[at + 2] << 16) | (scratch[at + 3] << 24);
}
