import { CorruptionError } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import { SimulatedDisk, Simulation } from '@tidemark/base/simulation';
import { expect, test } from 'vitest';
import { readChecksummedJson, writeChecksummedJson } from './checksummed-json.ts';

/** What one life of a disk does to the two files, in a process. */
async function onDisk(work: (files: Files, disk: SimulatedDisk, simulation: Simulation) => Promise<void>): Promise<void> {
  const simulation = new Simulation(1);
  const disk = new SimulatedDisk(simulation);
  await simulation.run(() => work(disk.filesOf(simulation.start('writer')), disk, simulation));
}

test('any bit of one file may turn, and the other one mends it; of both, and it is damage', async () => {
  await onDisk(async (files, disk) => {
    await files.makeFolder('/d');
    const damage: CorruptionError[] = [];
    const read = () => readChecksummedJson(files, '/d/F', 1, (error) => damage.push(error));
    const flip = (path: string, at: number) =>
      disk
        .files()
        .find((file) => file.path === path)
        ?.node.flipBit(at, at % 8);
    expect(await read()).toBe(null);
    await writeChecksummedJson(files, '/d/F', 1, { a: 'b' });
    const bytes = (await files.read('/d/F')).length;
    for (let at = 0; at < bytes; at++) {
      for (const path of ['/d/F', '/d/F.copy']) {
        flip(path, at);
        expect(await read(), `byte ${at} of ${path}`).toEqual({ version: 1, a: 'b' });
        expect(damage.splice(0).map(({ file }) => file)).toEqual([path]);
      }
    }
    for (const path of ['/d/F', '/d/F.copy']) flip(path, 3);
    await expect(read()).rejects.toThrow(CorruptionError);
  });
});

test('a copy that is ahead, because the writer was killed between the two, follows what counts', async () => {
  await onDisk(async (files) => {
    await files.makeFolder('/d');
    await writeChecksummedJson(files, '/d/F', 1, { a: 1 });
    const old = await files.read('/d/F');
    await writeChecksummedJson(files, '/d/F', 1, { a: 2 });
    const file = await files.open('/d/F', 'create');
    await file.write(old, 0);
    await file.close();
    const noDamage = (error: CorruptionError) => expect.unreachable(error.message);
    expect(await readChecksummedJson(files, '/d/F', 1, noDamage)).toEqual({ version: 1, a: 1 });
    expect(String(await files.read('/d/F.copy'))).toBe(String(old));
    await files.remove('/d/F');
    expect(await readChecksummedJson(files, '/d/F', 1, noDamage)).toEqual({ version: 1, a: 1 });
  });
});
