/**
 * `npm run simulate -- --from S --seeds N` says which seeds fail, and what all of them did;
 * `npm run simulate -- --seed S` shows one of them step by step.
 */
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, from: { type: 'string', default: '1' }, seeds: { type: 'string', default: '1000' } },
});

if (values.seed !== undefined) console.log(await simulate(Number(values.seed), (line) => console.log(line)));
else await simulateMany(Number(values.from), Number(values.seeds));

async function simulateMany(from: number, seeds: number): Promise<void> {
  let failed = 0;
  const totals = new Map<string, number>();
  for (let seed = from; seed < from + seeds; seed++) {
    try {
      const { traceHash: _, ...report } = await simulate(seed);
      for (const [name, count] of Object.entries(report)) totals.set(name, (totals.get(name) ?? 0) + count);
    } catch (error) {
      failed++;
      process.exitCode = 1;
      console.error(String(error));
    }
  }
  console.log(`${seeds} seeds, ${failed} failed: ${[...totals].map(([name, count]) => `${Math.round(count)} ${name}`).join(', ')}`);
}
