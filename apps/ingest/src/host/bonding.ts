import { gauge, type Reading, reading } from './reading.ts';
import { type HostFiles, slowSource } from './source.ts';

const SLAVES = gauge('node_bonding_slaves', 'Number of configured slaves per bonding interface.', 'master');
const ACTIVE = gauge('node_bonding_active', 'Number of active slaves per bonding interface.', 'master');

/** There only where an interface is bonded: its links, and how many of them are up. */
export const bondingSource = () =>
  slowSource({
    collector: 'bonding',
    async read(files) {
      const masters = words(await files.sys('class/net/bonding_masters'));
      return (await Promise.all(masters.map((master) => readMaster(files, master)))).flat();
    },
  });

async function readMaster(files: HostFiles, master: string): Promise<Reading[]> {
  const slaves = words(await files.sys(`class/net/${master}/bonding/slaves`));
  const states = await Promise.all(slaves.map((slave) => files.sys(`class/net/${master}/lower_${slave}/bonding_slave/mii_status`)));
  const active = states.filter((state) => state.trim() === 'up').length;
  return [reading(SLAVES, slaves.length, master), reading(ACTIVE, active, master)];
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
