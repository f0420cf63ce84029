import type { Finding } from '@tidemark/rpc';
import { expect, test } from 'vitest';
import { besidePlaceholders, filledPlaceholders } from './placeholders.ts';

const EXPR = ['rate(a[$__rate_interval]) / b offset $', '{__interval}'].join('');
const at = (text: string) => ({ from: EXPR.indexOf(text), to: EXPR.indexOf(text) + text.length });
const finding = (text: string, edited?: string): Finding => ({
  ...at(text),
  code: 'x',
  severity: 'warning',
  message: 'm',
  fix: edited === undefined ? undefined : { title: 't', edits: [{ ...at(edited), insert: '' }] },
});

test('a duration stands for a placeholder, and every place is where it was', () => {
  const filled = filledPlaceholders(EXPR);
  expect(filled).toBe('rate(a[5m              ]) / b offset 5m           ');
  expect(filled).toHaveLength(EXPR.length);
});

test('what is about a placeholder is not said, and no edit touches one', () => {
  expect(besidePlaceholders([finding('$__rate_interval'), finding('rate', 'rate'), finding('b', EXPR)], EXPR)).toEqual([
    finding('rate', 'rate'),
    finding('b'),
  ]);
  const plain = [finding('b', EXPR)];
  expect(besidePlaceholders(plain, 'a / b')).toBe(plain);
});
