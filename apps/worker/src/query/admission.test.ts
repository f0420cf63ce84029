import { expect, test } from 'vitest';
import { Admission, type Admitted } from './admission.ts';

const never = new AbortController().signal;

test('tenants take turns', async () => {
  const admission = new Admission(1, 100);
  const first = await admission.enter('a', never);
  const order: string[] = [];
  const ask = (tenant: string, name: string) =>
    admission.enter(tenant, never).then((admitted) => {
      order.push(name);
      release(admitted);
    });
  const asked = [ask('a', 'a1'), ask('a', 'a2'), ask('a', 'a3'), ask('b', 'b1'), ask('c', 'c1')];
  release(first);
  await Promise.all(asked);
  expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
  expect([admission.running, admission.waiting]).toEqual([0, 0]);
});

test('a full row refuses, and who leaves it makes room', async () => {
  const admission = new Admission(1, 1);
  const running = await admission.enter('a', never);
  const leaving = new AbortController();
  const waiting = admission.enter('a', leaving.signal);
  expect(await admission.enter('b', never)).toEqual({ kind: 'full' });
  leaving.abort();
  expect(await waiting).toEqual({ kind: 'canceled' });
  expect(await admission.enter('b', leaving.signal)).toEqual({ kind: 'canceled' });
  const next = admission.enter('b', never);
  release(running);
  release(running);
  expect((await next).kind).toBe('admitted');
  expect([admission.running, admission.waiting]).toEqual([1, 0]);
});

function release(admitted: Admitted): void {
  if (admitted.kind === 'admitted') admitted.release();
}
