import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { AppendResult, LogWriter } from '@tidemark/log';
import { logConformance } from '@tidemark/log/conformance';
import { MemoryLog } from '@tidemark/log/memory';
import { expect, test } from 'vitest';
import type { FromThread, ToThread } from './messages.ts';
import { PortLog, PortLogServer } from './port-log.ts';

/** A writer behind a port, as a push thread has it. */
function behindPort(writer: LogWriter): LogWriter & { readonly messages: () => number } {
  const { port1, port2 } = new MessageChannel();
  let messages = 0;
  const far = new PortLog(writer.partitions, (message, transfer) => port1.postMessage(message, transfer));
  const near = new PortLogServer(writer, (message) => port2.postMessage(message));
  port1.on('message', (message: ToThread) => {
    messages++;
    if (message.kind === 'appended') far.appended(message);
  });
  port2.on('message', (message: FromThread) => {
    messages++;
    if (message.kind === 'append') near.append(message);
  });
  return {
    partitions: far.partitions,
    append: (partition, record) => far.append(partition, record),
    close: async () => {
      await far.close();
      port1.close();
      await once(port2, 'close');
      await writer.close();
    },
    messages: () => messages,
  };
}

logConformance('memory log behind a port', async (settings) => {
  const log = new MemoryLog(settings);
  const writer = async () => {
    const far = behindPort(log.writer());
    // It takes the record's memory, which the suite looks at afterwards.
    return { ...far, append: (partition: number, record: Uint8Array) => far.append(partition, new Uint8Array(record)) };
  };
  return { writer, source: async () => log.source(), destroy: async () => undefined };
});

test('what is appended in one turn goes in one message, transferred, and comes back in one', async () => {
  const written: string[] = [];
  const writer = behindPort({
    partitions: 2,
    append: async (partition, record): Promise<AppendResult> => {
      written.push(`${partition} ${Buffer.from(record)}`);
      return { kind: 'appended', offset: written.length - 1 };
    },
    close: async () => undefined,
  });
  const records = ['a', 'b', 'c'].map((text) => new TextEncoder().encode(text).slice());
  const results = await Promise.all(records.map((record, i) => writer.append(i % 2, record)));
  expect(results).toEqual([0, 1, 2].map((offset) => ({ kind: 'appended', offset })));
  expect(written).toEqual(['0 a', '1 b', '0 c']);
  expect(records.map(({ length }) => length)).toEqual([0, 0, 0]);
  expect(writer.messages()).toBe(2);
  await writer.close();
});
