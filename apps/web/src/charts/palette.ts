/**
 * Ten series colours, one hue for each slot on both backgrounds, told apart with the common colour deficiencies by lightness as well
 * as hue. A series prefers the slot that the hash of its labels gives, so it keeps its colour from panel to panel and day to day;
 * where two of one panel prefer the same slot, the later one (by its labels) takes the next that is free.
 */
import type { LabelSet } from '@tidemark/rpc';
import type { Scheme } from '../lib/use-scheme.ts';

export const SERIES_COLORS: Readonly<Record<Scheme, readonly string[]>> = {
  light: ['#1f6fb4', '#c9620e', '#0f8a66', '#b0347f', '#8a6d00', '#5b50c4', '#0a86a0', '#7d5142', '#5f7f1f', '#6b7280'],
  dark: ['#5aa9e6', '#f0a058', '#46c79c', '#ea86c0', '#dcc052', '#a49bf6', '#58cfe2', '#c99f8c', '#a6c659', '#a5adb8'],
};

/** What of a chart is not data: the same greys as the page's. */
export const CHART_INK: Readonly<Record<Scheme, { text: string; axis: string; grid: string }>> = {
  light: { text: '#5b6472', axis: '#d5d9df', grid: '#eceef1' },
  dark: { text: '#98a1ad', axis: '#343a43', grid: '#23282f' },
};

export const STATE_COLORS: Readonly<Record<Scheme, { ok: string; warning: string; critical: string }>> = {
  light: { ok: '#1a7f4b', warning: '#9a6700', critical: '#c4302b' },
  dark: { ok: '#4cc38a', warning: '#e2b33c', critical: '#ff6b61' },
};

/** A slot for each series, in the order given. */
export function assignSlots(series: readonly LabelSet[]): number[] {
  const slots = new Array<number>(series.length);
  const used = new Array<number>(SERIES_COLORS.light.length).fill(0);
  const order = series
    .map((labels, i) => ({ i, key: colorKey(labels) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.i - b.i));
  for (const { i, key } of order) {
    let slot = hash(key) % used.length;
    const least = Math.min(...used);
    while (used[slot] > least) slot = (slot + 1) % used.length;
    used[slot]++;
    slots[i] = slot;
  }
  return slots;
}

/** All labels but the name: `rate(x)` has lost it, and means the same series as `x`. */
function colorKey(labels: LabelSet): string {
  return Object.keys(labels)
    .filter((name) => name !== '__name__')
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(',');
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return (value ^ (value >>> 15)) >>> 0;
}
