/** `npm run simulate -- seams --from S --seeds N`: queries across every seam, 150 for each seed; ten thousand when nothing else is said. */
import { parseArgs } from 'node:util';
import { askAcrossSeams, nothingAsked, QUERIES_PER_SEED } from './ask-across-seams.ts';

const { values } = parseArgs({ options: { from: { type: 'string', default: '1' }, seeds: { type: 'string', default: '67' } } });

const [from, seeds] = [Number(values.from), Number(values.seeds)];
const agreed = nothingAsked();
for (let seed = from; seed < from + seeds; seed++) {
  const known = agreed.differences.length;
  await askAcrossSeams(seed, agreed);
  for (const difference of agreed.differences.slice(known)) console.error(`seed ${seed}: ${difference}`);
}
const { exact, bounded, seams, differences } = agreed;
console.log(
  `${seeds * QUERIES_PER_SEED} queries, ${differences.length} points differ: ${exact} exact, ${bounded} within their error, ${seams} seams`,
);
process.exitCode = differences.length > 0 ? 1 : 0;
