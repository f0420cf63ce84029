import { expect, test } from 'vitest';
import { dashboardIdOf, freePanelId, newPanel } from './new-panel.ts';

test('ids are free and fit the address', () => {
  expect(dashboardIdOf('Web  servers: EU!', [])).toBe('web-servers-eu');
  expect(dashboardIdOf('Host', ['host', 'host-2'])).toBe('host-3');
  expect(dashboardIdOf('New', [])).toBe('new-2');
  expect(dashboardIdOf('日本', [])).toBe('dashboard');
  expect(freePanelId([newPanel('panel-2')])).toBe('panel-3');
});
