import { expect, test } from 'vitest';
import { Labels } from '../model/labels.ts';
import { advance, fingerprintOf, type Instances, NO_INSTANCES, type Observation, observationsOf } from './instances.ts';

const timing = { forMs: 2000, keepFiringForMs: 0 };

const at = (second: number) => ({ atMs: second * 1000, sampleAtMs: second * 1000 - 250 });

function seen(...instances: string[]): ReadonlyMap<string, Observation> {
  const observed = instances.map((instance, i) => ({
    labels: Labels.from({ alertname: 'Down', instance }),
    annotations: { summary: `${instance} is down` },
    value: i,
  }));
  const result = observationsOf(observed);
  if (result.kind !== 'observations') throw new Error('duplicate');
  return result.byFingerprint;
}

test('each instance moves by itself; transitions, changes and what is forgotten are told', () => {
  const log: string[] = [];
  let instances: Instances = NO_INSTANCES;
  const timeline = [['a'], ['a', 'b'], ['a', 'b'], ['a'], ['a'], []];
  timeline.forEach((active, second) => {
    const result = advance(instances, seen(...active), timing, at(second));
    instances = result.instances;
    for (const { instance, from, to } of result.transitions) log.push(`${second} ${instance.labels.get('instance')} ${from}→${to}`);
    for (const gone of result.forgotten) log.push(`${second} ${gone.labels.get('instance')} forgotten`);
  });
  expect(log).toEqual([
    '0 a inactive→pending',
    '1 b inactive→pending',
    '2 a pending→firing',
    '3 b pending→inactive',
    '3 b forgotten',
    '5 a firing→resolved',
  ]);
  expect([...instances.values()].map((instance) => instance.life.state)).toEqual(['resolved']);
});

test('the last that was observed stays with an instance; a new value alone is no change', () => {
  const first = advance(NO_INSTANCES, seen('x', 'a'), timing, at(0));
  const second = advance(first.instances, seen('a'), timing, at(1));
  expect(second.changed).toEqual([]);
  expect([...second.instances.values()].map((instance) => instance.value)).toEqual([0]);
  const third = advance(second.instances, seen('a'), timing, at(2));
  const fourth = advance(third.instances, seen(), timing, at(3));
  expect([...fourth.instances.values()][0]).toMatchObject({
    annotations: { summary: 'a is down' },
    life: { state: 'resolved' },
    sampleAtMs: 2750,
  });
});

test('two results with the same labels are refused', () => {
  const same = { labels: Labels.from({ alertname: 'Down' }), annotations: {}, value: 1 };
  expect(observationsOf([same, { ...same, value: 2 }])).toEqual({ kind: 'duplicate', labels: same.labels });
});

test('fingerprints are stable', () => {
  expect(fingerprintOf(Labels.from({ b: '2', a: '1' }))).toBe(fingerprintOf(Labels.from({ a: '1', b: '2' })));
  expect(fingerprintOf(Labels.from({ alertname: 'Down' }))).toBe('80f7f6a0505cb251');
});
