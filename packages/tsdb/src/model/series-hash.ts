import type { Labels } from './labels.ts';

/**
 * XXH32, seed 0 (Yann Collet, xxHash specification 0.1.1), over the UTF-8 bytes of
 * tenant 0xFF name 0xFF value 0xFF name 0xFF value …: 0xFF never occurs in UTF-8.
 * Stable for ever: it decides which partition holds a series.
 */
export function seriesHash(tenant: string, labels: Labels): number {
  let length = put(tenant, 0);
  for (const text of labels.pairs) length = put(text, length);
  return xxh32(scratch, length);
}

/** The same of labels whose texts are UTF-8 already: `texts` are numbers of texts in `utf8`, `ends` where each text ends there. */
export function seriesHashOfTexts(tenant: string, { utf8, ends }: Utf8Texts, texts: Uint32Array): number {
  let length = put(tenant, 0);
  for (const text of texts) {
    const begin = text === 0 ? 0 : ends[text - 1];
    const end = ends[text];
    if (scratch.length < length + end - begin + 1) grow(length + end - begin + 1);
    for (let at = begin; at < end; at++) scratch[length++] = utf8[at];
    scratch[length++] = 0xff;
  }
  return xxh32(scratch, length);
}

/** Texts by number, one after another. */
export interface Utf8Texts {
  readonly utf8: Uint8Array;
  readonly ends: Uint32Array;
}

let scratch = new Uint8Array(4096);
const encoder = new TextEncoder();

function put(text: string, at: number): number {
  if (scratch.length < at + text.length * 3 + 1) grow(at + text.length * 3 + 1);
  const { written } = encoder.encodeInto(text, scratch.subarray(at));
  scratch[at + written] = 0xff;
  return at + written + 1;
}

function grow(atLeast: number): void {
  const grown = new Uint8Array(atLeast * 2);
  grown.set(scratch);
  scratch = grown;
}

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

/** Unsigned 32 bits over the first `length` bytes. */
export function xxh32(bytes: Uint8Array, length: number): number {
  let at = 0;
  let hash: number;
  if (length >= 16) {
    let a = (PRIME_1 + PRIME_2) | 0;
    let b = PRIME_2 | 0;
    let c = 0;
    let d = -PRIME_1 | 0;
    for (; at + 16 <= length; at += 16) {
      a = round(a, word(bytes, at));
      b = round(b, word(bytes, at + 4));
      c = round(c, word(bytes, at + 8));
      d = round(d, word(bytes, at + 12));
    }
    hash = (rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18)) | 0;
  } else {
    hash = PRIME_5;
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) hash = Math.imul(rotate((hash + Math.imul(word(bytes, at), PRIME_3)) | 0, 17), PRIME_4);
  for (; at < length; at++) hash = Math.imul(rotate((hash + Math.imul(bytes[at], PRIME_5)) | 0, 11), PRIME_1);
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(accumulator: number, input: number): number {
  return Math.imul(rotate((accumulator + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
