import { expect, test } from 'vitest';
import {
  type BlockChange,
  type Extent,
  NO_ROLLUPS,
  type RangesByWidth,
  type RollupState,
  stateAfter,
  stateOfBlocks,
} from './rollup-state.ts';

const HOUR_MS = 3_600_000;
const [MINUTE, FIVE, HOUR, DAY] = [60_000, 300_000, HOUR_MS, 24 * HOUR_MS];

type Hours = readonly [from: number, to: number];

/** The first thing in a block of the hours `(from, to]` is a millisecond after the start. */
function block(resolutionMs: number, [from, to]: Hours): { readonly meta: Extent } {
  const range = { windowMs: from * HOUR_MS, fromMs: from * HOUR_MS + 1, toMs: to * HOUR_MS };
  return { meta: { tenant: 't', resolutionMs, ...range } };
}

const [a, b] = [block(0, [0, 2]), block(0, [2, 4])];
const [a1, a5, h] = [block(MINUTE, [0, 2]), block(FIVE, [0, 2]), block(HOUR, [0, 24])];

function rolled([from, to]: Hours, { slow = false, fromWidthMs = 0, widthsMs = [MINUTE, FIVE] } = {}): BlockChange['effect'] {
  const unit = { unit: { fromMs: from * HOUR_MS, toMs: to * HOUR_MS }, widthsMs, hasSlow: slow };
  return { kind: 'rolled', tenant: 't', fromWidthMs, units: [unit] };
}

interface Step {
  readonly effect: BlockChange['effect'];
  readonly add?: BlockChange['add'];
  readonly remove?: BlockChange['remove'];
  /** What is there afterwards; nothing is forgotten of what is not known. */
  readonly live?: BlockChange['add'];
}

function after(steps: readonly Step[]): string {
  let state: RollupState = NO_ROLLUPS;
  for (const { effect, add = [], remove = [], live = null } of steps) state = stateAfter(state, { add, remove, effect }, live);
  return textOf(state);
}

/** `due of its source: hours`, and so on. */
function textOf({ due, gone, thinned, made, slow }: RollupState): string {
  const names = new Map([[0, 'raw'], [MINUTE, '1m'], [FIVE, '5m'], [HOUR, '1h'], [DAY, '1d']]); // biome-ignore format: pairs
  const hours = (ranges: RangesByWidth[number]) => ranges.map(({ fromMs, toMs }) => `${fromMs / HOUR_MS}-${toMs / HOUR_MS}`).join(' ');
  const parts = Object.entries({ due, gone, made }).flatMap(([what, all]) =>
    Object.entries(all).flatMap(([widthMs, ranges]) =>
      ranges.length === 0 ? [] : [`${what} ${names.get(Number(widthMs))} ${hours(ranges)}`],
    ),
  );
  const spared = thinned.map(({ rules, ranges }) => `spares ${rules[0].matchers[0].value} ${hours(ranges)}`);
  return [...parts, ...spared, ...(slow.length > 0 ? [`slow ${hours(slow)}`] : [])].join(', ');
}

const came = (add: BlockChange['add']): Step => ({ effect: { kind: 'came' }, add });
const went = (remove: BlockChange['remove'], keepsSlow = false): Step => ({ effect: { kind: 'gone', keepsSlow, thinning: null }, remove });
const thinning = { rules: [{ matchers: [{ name: 'level', operator: '=', value: 'critical' } as const], leaves: false }], others: true };
const thinned = (remove: BlockChange['remove']): Step => ({ effect: { kind: 'gone', keepsSlow: false, thinning }, remove, add: remove });
const MADE_A = [came([a]), { effect: rolled([0, 2]) }];

test.each<[title: string, steps: readonly Step[], state: string]>([
  ['samples that have come are due', [came([a]), came([b])], 'due raw 0-4'],
  [
    'the sample at the very start of a block belongs to the unit before',
    [came([{ meta: { ...b.meta, fromMs: b.meta.windowMs } }])],
    'due raw 0-4',
  ],
  ['blocks that are merged change nothing', [came([a]), { effect: { kind: 'same' }, remove: [a], add: [block(0, [0, 4])] }], 'due raw 0-2'],
  ['what is made is not due, but what is made of it', MADE_A, 'due 5m 0-24, made 1m 0-2, made 5m 0-2'],
  ['what comes late makes it due again', [...MADE_A, came([block(0, [1, 2])])], 'due raw 0-2, due 5m 0-24, made 1m 0-2, made 5m 0-2'],
  ['a width that is not kept is not there', [came([a]), { effect: rolled([0, 2], { widthsMs: [FIVE] }) }], 'due 5m 0-24, made 5m 0-2'],
  [
    'days of five minutes',
    [...MADE_A, { effect: rolled([0, 24], { fromWidthMs: FIVE, widthsMs: [HOUR, DAY] }) }],
    'made 1m 0-2, made 5m 0-2, made 1h 0-24, made 1d 0-24',
  ],
  ['samples go, and windows stay', [...MADE_A, went([a])], 'due 5m 0-24, gone raw 0-2, made 1m 0-2, made 5m 0-2'],
  [
    'where some samples go, others are there',
    [...MADE_A, thinned([a])],
    'due 5m 0-24, gone raw 0-2, made 1m 0-2, made 5m 0-2, spares critical 0-2',
  ],
  [
    'until all of them go',
    [...MADE_A, came([b]), thinned([a]), thinned([b]), went([a])],
    'due raw 2-4, due 5m 0-24, gone raw 0-4, made 1m 0-2, made 5m 0-2, spares critical 2-4',
  ],
  ['what had gone already is not there', [...MADE_A, went([a]), thinned([a])], 'due 5m 0-24, gone raw 0-2, made 1m 0-2, made 5m 0-2'],
  [
    'samples that cannot be read are spared by nothing',
    [...MADE_A, thinned([a]), { effect: { kind: 'damaged' }, remove: [a] }],
    'due 5m 0-24, gone raw 0-2, made 1m 0-2, made 5m 0-2',
  ],
  ['nothing is said of times of which nothing is', [...MADE_A, { ...thinned([a]), live: [block(0, [24, 26])] }], ''],
  [
    'a block that reaches over times without anything',
    [...MADE_A, went([block(0, [0, 12])])],
    'due 5m 0-24, gone raw 0-2, made 1m 0-2, made 5m 0-2',
  ],
  [
    'what comes then is due, and makes nothing complete',
    [...MADE_A, went([a]), came([a]), { effect: rolled([0, 2]) }],
    'due 5m 0-24, gone raw 0-2, made 1m 0-2, made 5m 0-2',
  ],
  [
    'samples that went before windows were made',
    [came([a]), went([a]), came([a]), { effect: rolled([0, 2]) }],
    'due 5m 0-24, gone raw 0-2',
  ],
  [
    'minutes need the samples of slow series',
    [came([a]), { effect: rolled([0, 2], { slow: true }) }, went([a])],
    'due 5m 0-24, gone raw 0-2, made 5m 0-2, slow 0-2',
  ],
  [
    'which may stay when others go',
    [came([a]), { effect: rolled([0, 2], { slow: true }) }, went([a], true)],
    'due 5m 0-24, gone raw 0-2, made 1m 0-2, made 5m 0-2, slow 0-2',
  ],
  ['windows go', [...MADE_A, went([a5])], 'due 5m 0-24, gone 5m 0-2, made 1m 0-2'],
  [
    'windows that cannot be read are made anew',
    [...MADE_A, { effect: { kind: 'damaged' }, remove: [a1] }],
    'due raw 0-2, due 5m 0-24, made 5m 0-2',
  ],
  [
    'and are there then',
    [...MADE_A, { effect: { kind: 'damaged' }, remove: [a5] }, { effect: rolled([0, 2]) }],
    'due 5m 0-24, made 1m 0-2, made 5m 0-2',
  ],
  ['nothing is due of what is not there', [came([a]), { effect: { kind: 'damaged' }, remove: [a], live: [b] }], 'gone raw 0-2'],
  ['nothing is said of times before everything', [...MADE_A, { ...went([a]), live: [block(0, [24, 26])] }], ''],
])('%s', (_, steps, state) => {
  expect(after(steps)).toBe(state);
});

test('of blocks of which no more is known windows stay, and what they do not have is added', () => {
  expect(textOf(stateOfBlocks([b, a1, a5, h]))).toBe('due raw 2-4, due 5m 0-24, gone raw 0-2, gone 5m 0-24, made 5m 0-2, made 1h 0-24');
});
