import { expect, test } from 'vitest';
import { walk } from '../syntax/ast.ts';
import { parse } from '../syntax/parser.ts';
import { SIGNATURES } from '../syntax/signatures.ts';
import { AGGREGATORS } from '../syntax/token.ts';
import { AGGREGATION_DOCS, FUNCTION_DOCS } from './function-docs.ts';
import { FUNCTION_EXAMPLES } from './function-examples.ts';
import { functionDoc } from './hover.ts';

test('every function and aggregation is explained, and nothing else', () => {
  const names = [...SIGNATURES.keys()].sort();
  expect(Object.keys(FUNCTION_DOCS).sort()).toEqual(names);
  expect(Object.keys(FUNCTION_EXAMPLES).sort()).toEqual(names);
  expect(Object.keys(AGGREGATION_DOCS).sort()).toEqual([...AGGREGATORS].sort());
});

test.each(Object.entries(FUNCTION_EXAMPLES))('%s: its example is an expression with it', (name, example) => {
  const calls = new Set<string>();
  walk(parse(example), (expr) => {
    if (expr.kind === 'call') calls.add(expr.name);
  });
  // These two stand behind @ mostly; this one goes by another name now.
  if (!['start', 'end', 'holt_winters'].includes(name)) expect([...calls]).toContain(name);
  expect(functionDoc(name)?.about.at(-1)).toContain(example);
});
