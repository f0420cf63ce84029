import { expect, test } from 'vitest';
import { unescapeName } from './escaped-name.ts';

test.each([
  ['job', 'job'],
  ['U__http_2e_status', 'http.status'],
  ['U__a__b', 'a_b'],
  ['U___1f600_', '😀'],
  ['U__http_2E_status_3a_code', 'http.status:code'],
  ['U__broken_', 'U__broken_'],
  ['U__broken_2e', 'U__broken_2e'],
  ['U__surrogate_d800_', 'U__surrogate_d800_'],
  ['U__beyond_110000_', 'U__beyond_110000_'],
])('%s names the label %s', (escaped, name) => {
  expect(unescapeName(escaped)).toBe(name);
});
