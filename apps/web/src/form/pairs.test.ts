import { expect, test } from 'vitest';
import { pairProblems, pairsOf, recordOf } from './pairs.ts';

test('a record becomes rows and back', () => {
  const record = { severity: 'page', team: 'db' };
  expect(recordOf(pairsOf(record))).toEqual(record);
  expect(
    recordOf([
      { name: ' a ', value: ' b ' },
      { name: '', value: '' },
    ]),
  ).toEqual({ a: ' b ' });
});

test('each row is told what is wrong with it', () => {
  const rows = [
    { name: 'team', value: 'db' },
    { name: 'team', value: 'web' },
    { name: '', value: 'lost' },
    { name: '', value: ' ' },
    { name: '1st', value: 'x' },
    { name: 'alertname', value: 'x' },
  ];
  expect(pairProblems(rows, ['alertname'])).toEqual([
    null,
    '`team` is there twice.',
    'This value has no name.',
    null,
    'Letters, digits and underscores, not starting with a digit.',
    '`alertname` is set by Tidemark.',
  ]);
});
