import type { LedgerAlert } from '@tidemark/db';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decide, type GroupTiming, type LastMessage } from './decide.ts';
import { FAILED_AGAIN_MS, FAILED_END_MS } from './limits.ts';

/**
 * A timeline of one group, one column for each second: `x` firing, `r` lately resolved, `.` not there. Messages are
 * written `second:alerts`, capital letters for firing ones and small ones for resolved ones.
 */
const TIMELINES: readonly { name: string; timing?: Partial<GroupTiming>; alerts: Readonly<Record<string, string>>; messages: string }[] = [
  { name: 'says at once what fires first', alerts: { a: '.xxx' }, messages: '1:A' },
  { name: 'one message for what fires in the same tick', alerts: { a: 'xx', b: 'xx' }, messages: '0:AB' },
  {
    name: 'waits for others before the first message',
    timing: { groupWaitMs: 3000 },
    alerts: { a: 'xxxxx', b: '..xxx' },
    messages: '3:AB',
  },
  { name: 'says nothing of what ended while it waited', timing: { groupWaitMs: 3000 }, alerts: { a: 'xxrrrr' }, messages: '' },
  { name: 'what fires later comes after the interval', alerts: { a: 'xxxxxxxx', b: '.xxxxxxx' }, messages: '0:A 5:AB' },
  { name: 'so does what is resolved', alerts: { a: 'xrrrrrrr' }, messages: '0:A 5:a' },
  { name: 'what fires and what is resolved, together', alerts: { a: 'xxrrrrrr', b: '..xxxxxx' }, messages: '0:A 5:Ba' },
  { name: 'an end and a new beginning between two messages are no news', alerts: { a: 'xrxxxxxxxx' }, messages: '0:A' },
  { name: 'after its end was told, a new beginning is news', alerts: { a: 'xrrrrrxxxxxxx' }, messages: '0:A 5:a 10:A' },
  {
    name: 'says it again after the repeat interval',
    timing: { repeatIntervalMs: 8000 },
    alerts: { a: 'xxxxxxxxxxxxxxxxxx' },
    messages: '0:A 8:A 16:A',
  },
  {
    name: 'without `sendResolved` an end is not told',
    timing: { sendResolved: false },
    alerts: { a: 'xrrrrrrr', b: 'xxxxxxxx' },
    messages: '0:AB',
  },
  { name: 'but each beginning is', timing: { sendResolved: false }, alerts: { a: 'xrxxxxrrrrrxx' }, messages: '0:A 5:A 11:A' },
  { name: 'what is forgotten before its end was told is told as resolved', alerts: { a: 'xx......' }, messages: '0:A 5:a' },
  {
    name: 'with no interval every change is told',
    timing: { groupIntervalMs: 0 },
    alerts: { a: 'xxrrxx', b: '.xxxxx' },
    messages: '0:A 1:AB 2:Ba 4:BA',
  },
];

const TIMING: GroupTiming = { groupWaitMs: 0, groupIntervalMs: 5000, repeatIntervalMs: 3_600_000, sendResolved: true };

for (const { name, timing, alerts, messages } of TIMELINES) {
  test(name, () => {
    const seconds = Math.max(...Object.values(alerts).map((line) => line.length));
    const ticks = Array.from({ length: seconds }, (_, second) => alertsAt(alerts, second));
    const said = simulate(ticks, { ...TIMING, ...timing }).map(
      ({ atMs, alerts }) => `${atMs / 1000}:${alerts.map(mark).sort().reverse().join('')}`,
    );
    expect(said.map(sorted).join(' ')).toBe(messages.split(' ').map(sorted).join(' '));
  });
}

const sorted = (message: string) => {
  const [second, marks] = message.split(':');
  return marks === undefined ? message : `${second}:${[...marks].sort().join('')}`;
};
const mark = ({ fingerprint, status }: LedgerAlert) => (status === 'firing' ? fingerprint.toUpperCase() : fingerprint);

test('a message that failed is said anew, with what was resolved in it, not too often and not for ever', () => {
  const last: LastMessage = { atMs: 0, alerts: [alert('a', 'firing', 0), alert('b', 'resolved', 0)], failed: true };
  const now = [alert('a', 'firing', 0)];
  expect(decide(now, last, TIMING, FAILED_AGAIN_MS - 1)).toBeNull();
  expect(decide(now, last, TIMING, FAILED_AGAIN_MS)?.map(mark)).toEqual(['A', 'b']);
  const ended: LastMessage = { ...last, alerts: [alert('b', 'resolved', 0)] };
  expect(decide([], ended, TIMING, FAILED_AGAIN_MS)?.map(mark)).toEqual(['b']);
  expect(decide([], ended, TIMING, FAILED_END_MS + 1000)).toBeNull();
});

const line = fc.array(fc.constantFrom('x', 'r', '.'), { minLength: 30, maxLength: 30 }).map((marks) => marks.join(''));

test('whatever happens: in the end the receiver knows what fires, and never hears twice within the interval', () => {
  const timing = fc.record({
    groupWaitMs: fc.constantFrom(0, 2000),
    groupIntervalMs: fc.constantFrom(0, 1000, 5000),
    repeatIntervalMs: fc.constant(3_600_000),
    sendResolved: fc.constant(true),
  });
  fc.assert(
    fc.property(line, line, fc.constantFrom('x', 'r', '.'), fc.constantFrom('x', 'r', '.'), timing, (a, b, lastA, lastB, how) => {
      // The end is quiet for long enough that everything due has been said.
      const alerts = { a: a + lastA.repeat(12), b: b + lastB.repeat(12) };
      const ticks = Array.from({ length: 42 }, (_, second) => alertsAt(alerts, second));
      const messages = simulate(ticks, how);
      const known = new Set(
        messages
          .at(-1)
          ?.alerts.filter(({ status }) => status === 'firing')
          .map(({ fingerprint }) => fingerprint),
      );
      expect([...known].sort()).toEqual(['a', 'b'].filter((name) => (name === 'a' ? lastA : lastB) === 'x'));
      messages.slice(1).forEach((message, i) => {
        expect(message.atMs - messages[i].atMs).toBeGreaterThanOrEqual(how.groupIntervalMs);
      });
    }),
    { seed: 9, numRuns: 1000 },
  );
});

function simulate(ticks: readonly (readonly LedgerAlert[])[], timing: GroupTiming): LastMessage[] {
  const messages: LastMessage[] = [];
  ticks.forEach((alerts, second) => {
    const message = decide(alerts, messages.at(-1) ?? null, timing, second * 1000);
    if (message !== null) messages.push({ atMs: second * 1000, alerts: message, failed: false });
  });
  return messages;
}

/** An alert that is resolved without ever having fired is not there. */
function alertsAt(lines: Readonly<Record<string, string>>, second: number): LedgerAlert[] {
  return Object.entries(lines).flatMap(([name, marks]) => {
    const now = marks[second];
    const past = marks.slice(0, second + 1);
    if (now === 'x') return [alert(name, 'firing', startOf(past) * 1000)];
    const before = past.replace(/r+$/, '');
    return now === 'r' && before.endsWith('x') ? [alert(name, 'resolved', startOf(before) * 1000)] : [];
  });
}

function startOf(marks: string): number {
  return marks.length - (/x+$/.exec(marks)?.[0].length ?? 0);
}

function alert(fingerprint: string, status: LedgerAlert['status'], startsAtMs: number): LedgerAlert {
  const endsAtMs = status === 'resolved' ? startsAtMs + 1000 : null;
  return { ruleId: 'r', ruleName: 'R', fingerprint, status, labels: {}, annotations: {}, value: 1, startsAtMs, endsAtMs };
}
