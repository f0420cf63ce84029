import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RESOLVED_KEPT_MS } from './limits.ts';
import { type InstanceState, step, type Timing } from './transition.ts';

/**
 * A timeline: one column for each second. `expr`: `x` active, `.` quiet. `state`: `-` none, `p` pending, `f` firing,
 * `q` firing though quiet, `r` resolved.
 */
const TIMELINES: readonly { name: string; forS?: number; keepS?: number; expr: string; state: string }[] = [
  { name: 'fires at once without `for`', expr: '.xx..', state: '-ffrr' },
  { name: 'fires when it has held for long enough', forS: 2, expr: 'xxxx.', state: 'ppffr' },
  { name: 'is forgotten when it did not hold', forS: 3, expr: 'xx.xx.', state: 'pp-pp-' },
  { name: '`for` begins again after a gap', forS: 2, expr: 'xx.xxx', state: 'pp-ppf' },
  { name: 'keeps firing while it is quiet for less', keepS: 3, expr: 'x...x...', state: 'fqqqfqqq' },
  { name: 'is resolved when it was quiet for long enough', keepS: 2, expr: 'x....', state: 'fqqrr' },
  { name: 'a moment of activity begins the quiet anew', keepS: 2, expr: 'x..x...', state: 'fqqfqqr' },
  { name: 'goes through pending again once resolved', forS: 1, expr: 'xx.xx', state: 'pfrpf' },
  { name: 'pending after resolved is forgotten, not resolved again', forS: 2, expr: 'xxx.x.', state: 'ppfrp-' },
  { name: 'fires again at once after it was resolved', expr: 'x.x.', state: 'frfr' },
  { name: 'both delays', forS: 1, keepS: 2, expr: 'xx.x...', state: 'pfqfqqr' },
];

for (const { name, forS = 0, keepS = 0, expr, state } of TIMELINES) {
  test(name, () => {
    const timing = { forMs: forS * 1000, keepFiringForMs: keepS * 1000 };
    const ticks = [...expr].map((mark, second) => ({ atMs: second * 1000, active: mark === 'x' }));
    expect(lives(ticks, timing).map(letter).join('')).toBe(state);
  });
}

test('missed seconds count: one tick stands for all of them', () => {
  const timing = { forMs: 10_000, keepFiringForMs: 0 };
  const ticks = [0, 1000, 60_000].map((atMs) => ({ atMs, active: true }));
  expect(lives(ticks, timing).at(-1)).toEqual({ state: 'firing', activeSinceMs: 0, firingSinceMs: 60_000, quietSinceMs: null });
});

test('a resolved instance stays for a quarter of an hour', () => {
  const resolved: InstanceState = { state: 'resolved', activeSinceMs: 0, firingSinceMs: 0, resolvedAtMs: 1000 };
  const timing = { forMs: 0, keepFiringForMs: 0 };
  expect(step(resolved, false, timing, 1000 + RESOLVED_KEPT_MS - 1)).toBe(resolved);
  expect(step(resolved, false, timing, 1000 + RESOLVED_KEPT_MS)).toBeNull();
});

test('nothing that stays the same is a new object', () => {
  const timing = { forMs: 5000, keepFiringForMs: 5000 };
  const pending: InstanceState = { state: 'pending', activeSinceMs: 0 };
  const firing: InstanceState = { state: 'firing', activeSinceMs: 0, firingSinceMs: 5000, quietSinceMs: null };
  const quiet: InstanceState = { ...firing, quietSinceMs: 6000 };
  expect(step(pending, true, timing, 4999)).toBe(pending);
  expect(step(firing, true, timing, 6000)).toBe(firing);
  expect(step(quiet, false, timing, 7000)).toBe(quiet);
});

const minute = 60_000;
const tick = fc.record({ gapMs: fc.constantFrom(1000, 1000, 1000, 7000, 3 * minute, 14 * minute, 15 * minute), active: fc.boolean() });

test('agrees with the definition, whatever the timeline', () => {
  const delay = fc.constantFrom(0, 1000, 3000, 10 * minute);
  fc.assert(
    fc.property(fc.array(tick, { maxLength: 40 }), delay, delay, (gaps, forMs, keepFiringForMs) => {
      let atMs = 0;
      const ticks = gaps.map(({ gapMs, active }) => {
        atMs += gapMs;
        return { atMs, active };
      });
      const timing = { forMs, keepFiringForMs };
      expect(lives(ticks, timing).map(letter)).toEqual(ticks.map((_, i) => defined(ticks, i, timing)));
    }),
    { seed: 3, numRuns: 2000 },
  );
});

interface Tick {
  readonly atMs: number;
  readonly active: boolean;
}

function lives(ticks: readonly Tick[], timing: Timing): (InstanceState | null)[] {
  let life: InstanceState | null = null;
  return ticks.map(({ atMs, active }) => {
    life = step(life, active, timing, atMs);
    return life;
  });
}

function letter(life: InstanceState | null): string {
  if (life === null) return '-';
  if (life.state === 'firing') return life.quietSinceMs === null ? 'f' : 'q';
  return life.state[0];
}

/** The naive oracle: looks back over the whole timeline and asks for the definition's words. */
function defined(ticks: readonly Tick[], i: number, timing: Timing): string {
  if (fires(ticks, i, timing)) return ticks[i].active ? 'f' : 'q';
  if (ticks[i].active) return 'p';
  let last = i - 1;
  while (last >= 0 && !ticks[last].active && !fires(ticks, last, timing)) last--;
  if (last < 0 || !fires(ticks, last, timing)) return '-';
  return ticks[i].atMs - ticks[last + 1].atMs < RESOLVED_KEPT_MS ? 'r' : '-';
}

/** Was it active for `forMs` without a gap at some time, and never quiet for `keepFiringForMs` since? */
function fires(ticks: readonly Tick[], i: number, { forMs, keepFiringForMs }: Timing): boolean {
  const heldAt = (j: number) => {
    let first = j;
    while (first > 0 && ticks[first - 1].active) first--;
    return ticks[j].active && ticks[j].atMs - ticks[first].atMs >= forMs;
  };
  const quietTooLongAt = (k: number) => {
    let first = k;
    while (first > 0 && !ticks[first - 1].active) first--;
    return !ticks[k].active && ticks[k].atMs - ticks[first].atMs >= keepFiringForMs;
  };
  for (let j = i; j >= 0; j--) {
    if (heldAt(j)) return true;
    if (quietTooLongAt(j)) return false;
  }
  return false;
}
