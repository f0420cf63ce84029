/** A child process for tests: appends numbered records until it is killed, and prints each offset once it is acknowledged. */
import { systemClock } from '@tidemark/base';
import { openFileLogWriter } from '../writer.ts';

const [dir] = process.argv.slice(2);
const writer = await openFileLogWriter({
  dir,
  partitions: 2,
  clock: systemClock,
  segments: { segmentBytesMax: 20_000, segmentMsMax: 3_600_000 },
});

async function appendForever(lane: number): Promise<void> {
  for (let number = 0; ; number++) {
    const record = Buffer.from(`${process.pid} ${lane} ${number} ${'x'.repeat((number * 37) % 400)}`);
    const result = await writer.append(lane % 2, record);
    if (result.kind === 'appended') process.stdout.write(`${lane % 2} ${result.offset} ${record}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, lane) => appendForever(lane)));
