import { expect, test } from 'vitest';
import { type ClockState, readClock } from './trusted-clock.ts';

const HOUR_MS = 3_600_000;
const START_MS = 1_700_000_000_000;

/** Hours: what the clock says from the start, and how many have passed since the reading before; none for the first of a process. */
test.each<{ title: string; first?: number | null; readings: [clock: number, passed: number][]; trusted: string }>([
  { title: 'a clock that goes', readings: [[0, 0], [1, 1], [5, 4]], trusted: 'yyy' }, // biome-ignore format: a timeline
  { title: 'one that is set by some minutes', readings: [[0, 0], [1.5, 1], [1.7, 1]], trusted: 'yyy' }, // biome-ignore format: a timeline
  { title: 'a year ahead, and back', readings: [[0, 0], [8760, 1], [8761, 1], [3, 1]], trusted: 'ynny' }, // biome-ignore format: a timeline
  { title: 'back by a day, and ahead', readings: [[0, 0], [-24, 1], [-23, 1], [3, 1]], trusted: 'ynny' }, // biome-ignore format: a timeline
  { title: 'a time that lasts is believed', readings: [[0, 0], [500, 1], [510, 10], [523, 13], [524, 1]], trusted: 'ynnny' }, // biome-ignore format: a timeline
  { title: 'one that goes on jumping is not', readings: [[0, 0], [500, 1], [900, 20], [919, 19], [924, 5]], trusted: 'ynnny' }, // biome-ignore format: a timeline
  { title: 'a restart', readings: [[0, 0], [0.5, 0], [1, 0.5]], trusted: 'yyy' }, // biome-ignore format: a timeline
  { title: 'a standstill is taken for a jump until its time has lasted', readings: [[0, 0], [72, 0], [80, 8], [96, 16]], trusted: 'ynny' }, // biome-ignore format: a timeline
  { title: 'a restart while the clock is wrong', readings: [[0, 0], [500, 1], [500.2, 0], [520, 20], [524, 4.2]], trusted: 'ynnny' }, // biome-ignore format: a timeline
  { title: 'the last time is near', first: -0.5, readings: [[0, 0]], trusted: 'y' },
  { title: 'the last time is long ago', first: -30, readings: [[0, 0], [24, 24]], trusted: 'ny' }, // biome-ignore format: a timeline
  { title: 'the last time is ahead', first: 30, readings: [[0, 0], [24, 24]], trusted: 'ny' }, // biome-ignore format: a timeline
])('whether the clock is believed: $title', ({ first = null, readings, trusted }) => {
  let state: ClockState = { seenMs: START_MS + (first ?? 0) * HOUR_MS, jump: null };
  const answers = readings.map(([clock, passed]) => {
    state = readClock(state, { nowMs: START_MS + clock * HOUR_MS, passedMs: passed * HOUR_MS });
    return state.jump === null ? 'y' : 'n';
  });
  expect(answers.join('')).toBe(trusted);
});
