import type { NotificationRow } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { deliveryOf } from './delivery.ts';

const sent: NotificationRow = {
  id: '1',
  receiverName: 'Ops',
  receiverKind: 'slack',
  status: 'firing',
  groupLabels: {},
  alertCount: 1,
  outcome: 'sent',
  attempts: 1,
  error: null,
  sampleAtMs: 1000,
  evaluatedAtMs: 1400,
  dispatchedAtMs: 1450,
  deliveredAtMs: 1800,
};

test('the time from the sample to the receiver, and where it went', () => {
  expect(deliveryOf(sent)).toEqual({ totalMs: 800, evaluatedMs: 400, dispatchedMs: 50, acceptedMs: 350 });
});

test('a sample from a clock that runs ahead takes no less than no time', () => {
  expect(deliveryOf({ ...sent, sampleAtMs: 5000 })).toMatchObject({ totalMs: 0, evaluatedMs: 0, acceptedMs: 350 });
});

test('what was not delivered has no delivery', () => {
  expect(deliveryOf({ ...sent, deliveredAtMs: null })).toBeNull();
});
