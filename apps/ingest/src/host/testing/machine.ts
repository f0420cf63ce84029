/** For tests: a machine that is a folder of files, and the collector on it. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ManualClock, waitFor } from '@tidemark/base/testing';
import type { IncomingBatch } from '../../publish/publisher.ts';
import { RecordingPublisher } from '../../scrape/recording.ts';
import { createHostCollector, type HostCollector } from '../collector.ts';

/** A file's text by its path; `-> path` is a symbolic link. */
export type MachineFiles = Readonly<Record<string, string>>;

/** A server with everything that the collector knows, from testdata/machine.txt: `==> path <==`, then the file's text. */
export function wholeMachine(): MachineFiles {
  const text = readFileSync(new URL('../../../../../testdata/machine.txt', import.meta.url), 'utf8');
  const sections = text.split(/^==> (.+) <==\n/m).slice(1);
  const files: Record<string, string> = {};
  for (let i = 0; i < sections.length; i += 2) {
    const [path, target] = sections[i].split(' -> ');
    files[path] = target === undefined ? sections[i + 1] : `-> ${target}`;
  }
  return files;
}

export interface TestMachine {
  readonly publisher: RecordingPublisher;
  readonly collector: HostCollector;
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** A second later: what was published of it. */
  round(): Promise<IncomingBatch>;
  stop(): Promise<void>;
}

export async function startMachine(files: MachineFiles): Promise<TestMachine> {
  const root = await mkdtemp(join(tmpdir(), 'tidemark-host-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await (text.startsWith('-> ') ? symlink(text.slice('-> '.length), join(root, path)) : writeFile(join(root, path), text));
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  const publisher = new RecordingPublisher();
  const clock = new ManualClock();
  const paths = { procPath: join(root, 'proc'), sysPath: join(root, 'sys'), rootPath: root };
  const collector = createHostCollector({ publisher, clock, ...paths, instance: 'box' });
  const running = collector.run(new AbortController().signal);
  let rounds = 0;
  return {
    publisher,
    collector,
    write,
    remove: (path) => rm(join(root, path)),
    async round() {
      clock.advance(1000);
      rounds++;
      const batch = await waitFor('a round', () => publisher.batches[rounds - 1]);
      await waitFor('its end', () => collector.view().lastScrape === new Date(batch.timesMs.at(-1)!).toISOString());
      return batch;
    },
    async stop() {
      await collector.drain();
      await running;
      await rm(root, { recursive: true });
    },
  };
}
