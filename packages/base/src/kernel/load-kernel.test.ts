import { expect, test } from 'vitest';
import { loadKernel } from './load-kernel.ts';

test('a kernel that has not been built says how to build it', () => {
  expect(() => loadKernel(new URL('none.wasm', import.meta.url), 1)).toThrow(/none\.wasm is missing: run `npx turbo run build`/);
});
