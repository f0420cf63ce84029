import type { StoredInstance } from '@tidemark/db';
import { expect, test } from 'vitest';
import { UnsavedChanges } from './unsaved-changes.ts';

const key = { tenant: 't', ruleId: 'r', fingerprint: 'f' };
const instance = (state: StoredInstance['state']) => ({ ...key, state }) as StoredInstance;

test('of an instance the latest is kept, whether it changed or is forgotten', () => {
  const unsaved = new UnsavedChanges();
  expect(unsaved.isEmpty).toBe(true);
  unsaved.add({ changed: [instance('pending')], forgotten: [], transitions: [] });
  unsaved.add({ changed: [instance('firing')], forgotten: [], transitions: [] });
  expect(unsaved.all()).toEqual({ changed: [instance('firing')], forgotten: [], transitions: [] });
  unsaved.add({ changed: [], forgotten: [key], transitions: [] });
  expect(unsaved.all()).toEqual({ changed: [], forgotten: [key], transitions: [] });
  unsaved.add({ changed: [instance('pending')], forgotten: [], transitions: [] });
  expect(unsaved.all()).toEqual({ changed: [instance('pending')], forgotten: [], transitions: [] });
  unsaved.clear();
  expect(unsaved.isEmpty).toBe(true);
});
