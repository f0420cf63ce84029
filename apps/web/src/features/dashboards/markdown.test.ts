import { expect, test } from 'vitest';
import { blocksOf } from './markdown.tsx';

test('headings, paragraphs, lists and code come apart', () => {
  expect(blocksOf('# A\nfirst\nsecond\n\n- one\n- two\n\n```promql\nup == 0\n\nx\n```\nend')).toEqual([
    { kind: 'heading', text: 'A' },
    { kind: 'paragraph', text: 'first\nsecond' },
    { kind: 'list', items: ['one', 'two'] },
    { kind: 'code', text: 'up == 0\n\nx' },
    { kind: 'paragraph', text: 'end' },
  ]);
});
