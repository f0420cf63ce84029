import { expect, test } from 'vitest';
import { filesConformance } from '../files/conformance.ts';
import { makeFolderDurably, writeFileDurably } from '../files/durable.ts';
import type { Files } from '../files/files.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { DeadlockError, Simulation } from './simulation.ts';

filesConformance('a simulated disk', async () => {
  const simulation = new Simulation(1);
  const process = simulation.start('test');
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const running = simulation.run(async () => {
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    while (!isOver) await process.clock.sleep(1000);
  });
  const files = new SimulatedDisk(simulation).filesOf(process);
  await files.makeFolder('/folder');
  return {
    files,
    folder: '/folder',
    destroy: async () => {
      end();
      await running;
    },
  };
});

/** What is there after the power failed at the end of `before`, for each of some seeds. */
async function afterPowerLoss(before: (files: Files, disk: SimulatedDisk) => Promise<void>): Promise<string[]> {
  const found = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const simulation = new Simulation(seed);
    const disk = new SimulatedDisk(simulation);
    const process = simulation.start('writer');
    await simulation.run(() => before(disk.filesOf(process), disk).catch(() => undefined));
    simulation.kill(process);
    disk.losePower();
    found.add(
      disk
        .files()
        .map(({ path, node }) => `${path}=${Buffer.from(node.all())}`)
        .join(' '),
    );
  }
  return [...found].sort();
}

test('what is synced stays; of what is not, anything may', async () => {
  const found = await afterPowerLoss(async (files) => {
    const file = await files.open('/a', 'create');
    await file.write(Buffer.from('kept'), 0);
    await file.sync();
    await files.syncFolder('/');
    await file.write(Buffer.from('lost'), 4);
  });
  expect(found).toContain('/a=kept');
  expect(found).toContain('/a=keptlost');
  for (const each of found) expect(each).toMatch(/^\/a=kept/);
});

test('a name stays once its folder is synced, whatever its file says', async () => {
  const found = await afterPowerLoss(async (files) => {
    const file = await files.open('/a', 'create');
    await file.write(Buffer.from('x'), 0);
    await file.sync();
  });
  expect(found).toEqual(['', '/a=x']);
});

test('a file that is replaced durably is the old one or the new one', async () => {
  const found = await afterPowerLoss(async (files) => {
    await writeFileDurably(files, '/a', Buffer.from('old'));
    await files.open('/a.tmp', 'create').then(async (file) => {
      await file.write(Buffer.from('new'), 0);
      await file.sync();
    });
    await files.rename('/a.tmp', '/a');
  });
  expect(found).toEqual(['/a=new', '/a=old', '/a=old /a.tmp=new']);
  expect(await afterPowerLoss((files) => writeFileDurably(files, '/a', Buffer.from('new')))).toEqual(['/a=new']);
});

test('after a failed sync, another one saves nothing', async () => {
  const found = await afterPowerLoss(async (files, disk) => {
    const file = await files.open('/a', 'create');
    await files.syncFolder('/');
    await file.write(Buffer.from('x'), 0);
    disk.faults = { ...disk.faults, sync: 1 };
    await expect(file.sync()).rejects.toMatchObject({ code: 'EIO' });
    disk.faults = { ...disk.faults, sync: 0 };
    await file.sync();
  });
  expect(found).toEqual(['/a=', '/a=x']);
});

test('a full disk takes what fits', async () => {
  const simulation = new Simulation(1);
  const disk = new SimulatedDisk(simulation);
  disk.capacityBytes = 10;
  const files = disk.filesOf(simulation.start('writer'));
  await simulation.run(async () => {
    const file = await files.open('/a', 'create');
    await file.write(Buffer.from('1234567'), 0);
    await expect(file.write(Buffer.from('890abc'), 7)).rejects.toMatchObject({ code: 'ENOSPC' });
    await file.write(Buffer.from('x'), 3);
    expect(String(await files.read('/a'))).toMatch(/^123x567/);
  });
});

test('a killed process never goes on, and who waits for ever is found', async () => {
  const simulation = new Simulation(1);
  const operator = simulation.start('operator');
  const process = simulation.start('victim');
  let turns = 0;
  await simulation.run(async () => {
    void (async () => {
      for (;;) {
        await process.clock.turn();
        turns++;
      }
    })();
    await simulation.afterSteps(10);
    simulation.kill(process);
    const before = turns;
    await operator.clock.sleep(1000);
    expect(turns).toBe(before);
  });
  await expect(simulation.run(() => process.clock.sleep(1))).rejects.toThrow(DeadlockError);
});

test('the same seed is the same run', async () => {
  const run = async (seed: number) => {
    const simulation = new Simulation(seed);
    const process = simulation.start('writer');
    const files = new SimulatedDisk(simulation).filesOf(process);
    await simulation.run(async () => {
      await Promise.all(['/a', '/b', '/c'].map((path) => writeFileDurably(files, path, Buffer.alloc(100))));
    });
    return simulation.traceHash;
  };
  expect(await run(7)).toBe(await run(7));
  expect(await run(7)).not.toBe(await run(8));
});

test('a folder that is made durably stays, and so do those above it, whoever made them', async () => {
  const found = await afterPowerLoss(async (files) => {
    await files.makeFolder('/a/b');
    await makeFolderDurably(files, '/a/b/c');
    await writeFileDurably(files, '/a/b/c/file', Buffer.from('x'));
  });
  expect(found).toEqual(['/a/b/c/file=x']);
});
