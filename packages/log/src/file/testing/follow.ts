/** A child process for tests: follows partition 0 and prints, for each record, its offset, its text and when it was seen. */
import { systemClock } from '@tidemark/base';
import { openFileLogSource } from '../source.ts';

const [dir] = process.argv.slice(2);
const source = await openFileLogSource({ dir, clock: systemClock });
const reader = source.reader(0, 0);
process.stdout.write('following\n');
for (;;) {
  const { entries } = await reader.read(new AbortController().signal);
  for (const entry of entries)
    if (entry.kind === 'record') process.stdout.write(`${entry.offset} ${Buffer.from(entry.bytes)} ${Date.now()}\n`);
}
