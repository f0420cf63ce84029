import { expect, test } from 'vitest';
import { runScript } from './run-script.ts';
import { ScriptError } from './script.ts';

/** The judge itself: what is wrong must be found wrong. */
const LOAD = `load 1m
  x{a="1"} 1 2 3
  x{a="2"} 5 _ stale
`;

async function reasons(evaluation: string): Promise<string[]> {
  const { failures } = await runScript(`${LOAD}\n${evaluation}\n`);
  return failures.map(({ reason }) => reason);
}

test.each([
  ['eval instant at 0 x\n  x{a="1"} 1\n  x{a="2"} 5'],
  ['eval instant at 0 sort_desc(x)\n  expect ordered\n  x{a="2"} 5\n  x{a="1"} 1'],
  ['eval range from 0 to 2m step 1m x\n  x{a="1"} 1+1x2\n  x{a="2"} 5x1 _'],
  ['eval instant at 0 1 + 1\n  2'],
  ['eval instant at 0 "a"\n  expect string "a"'],
  ['eval instant at 2m x[2m]\n  expect range vector from 1m to 2m step 1m\n  x{a="1"} 2 3'],
  ['eval instant at 0 -x{a="3"}'],
  ['eval_fail instant at 0 topk(NaN, x)'],
  ['eval instant at 0 x +\n  expect fail msg: 1:4: parse error: unexpected end of input'],
  ['eval_info instant at 2m rate(x[3m])\n  {a="1"} 0.016666666666666666'],
])('%s holds', async (evaluation) => {
  expect(await reasons(evaluation)).toEqual([]);
});

test.each([
  ['eval instant at 0 x\n  x{a="1"} 1', 'unexpected x{a="2"} 5'],
  ['eval instant at 0 x\n  x{a="1"} 1\n  x{a="2"} 5\n  x{a="3"} 5', 'missing x{a="3"}'],
  ['eval instant at 0 x{a="1"}\n  x{a="1"} 1.00001', 'x{a="1"} is 1'],
  ['eval instant at 0 sort(x)\n  expect ordered\n  x{a="2"} 5\n  x{a="1"} 1', 'x{a="1"} is at place 1 instead of 2'],
  ['eval range from 0 to 2m step 1m x{a="1"}\n  x{a="1"} 1 2', 'x{a="1"} is 1@0 2@60 3@120'],
  ['eval range from 0 to 2m step 1m x{a="2"}\n  x{a="2"} 5 5 5', 'x{a="2"} is 5@0 5@60'],
  ['eval instant at 0 x{a="1"}\n  x{a="1"} {{count:1}}', 'x{a="1"} is 1'],
  ['eval instant at 0 1 + 1\n  3', 'got 2 instead of 3'],
  ['eval instant at 0 "a"\n  expect string "b"', 'got the string "a"'],
  ['eval_fail instant at 0 x', 'expected to fail, and did not'],
  ['eval instant at 0 topk(NaN, x)', 'failed: Parameter value is NaN'],
  ['eval instant at 0 topk(NaN, x)\n  expect fail msg: no', 'failed with another message: Parameter value is NaN'],
  ['eval instant at 0 x{a="1"}\n  expect warn\n  x{a="1"} 1', 'expected warning is missing'],
  [
    'eval instant at 0 quantile(2, x)\n  expect no_warn\n  {} Inf',
    'unexpected warning: PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)',
  ],
  [
    'eval instant at 0 quantile(2, x)\n  expect warn regex: got 3\n  {} Inf',
    'another warning: PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)',
  ],
])('%s does not', async (evaluation, reason) => {
  expect(await reasons(evaluation)).toEqual([reason]);
});

test.each(['evil instant at 0 x', 'load 1m\n  x 1 two', 'load soon\n  x 1', 'eval instant at 0 x\n  expect nothing'])(
  '%s is no script',
  async (script) => {
    await expect(runScript(script)).rejects.toBeInstanceOf(ScriptError);
  },
);
