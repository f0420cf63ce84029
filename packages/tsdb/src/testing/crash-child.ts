/** One life of an engine in a process of its own, to be killed: `node crash-child.ts DIR END`. Follows the log up to END, with upkeep. */
import { ManualClock } from '@tidemark/base/testing';
import { openEngine } from '../open-engine.ts';
import { CRASH_LOG_START_MS, crashLogEntry } from './crash-log.ts';

const [dir, end] = process.argv.slice(2);
const clock = new ManualClock(CRASH_LOG_START_MS);
const engine = await openEngine({ dir, clock });
process.stdout.write('open\n');
for (let offset = engine.replayOffset; offset < Number(end); offset++) {
  const { batch, origin } = crashLogEntry(offset);
  clock.advance(batch.acceptedAtMs - clock.now());
  engine.append(batch, origin);
  if (offset % 20 === 0) await engine.maintain(clock.now(), new AbortController().signal);
}
await engine.drain();
