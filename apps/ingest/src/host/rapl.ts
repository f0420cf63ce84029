import { integer, readAttributesOfAll } from './attributes.ts';
import { counter, familiesByKey, type Reading, reading } from './reading.ts';
import type { HostSource } from './source.ts';

const familyOf = familiesByKey((zone) =>
  counter(`node_rapl_${zone.replace(/\W/g, '_')}_joules_total`, `Current RAPL ${zone} value in joules`, 'index', 'path'),
);

/** A zone of /sys/class/powercap. */
export interface PowerZone {
  readonly entry: string;
  readonly name: string;
  readonly microjoules: number;
}

/** `package-1` is the second `package`; zones that have no number are counted. */
export function describePowerZones(zones: readonly PowerZone[]): Reading[] {
  const seen = new Map<string, number>();
  return zones.map(({ entry, name, microjoules }) => {
    const numbered = /^([^-]*)-(\d+)$/.exec(name);
    const base = numbered?.[1] ?? name;
    const index = numbered === null ? (seen.get(name) ?? 0) : Number(numbered[2]);
    if (numbered === null) seen.set(name, index + 1);
    return reading(familyOf(base), microjoules / 1e6, String(index), `/sys/class/powercap/${entry}`);
  });
}

/** The energy that the processor has used. Since 2020 the kernel tells it to root only. */
export const raplSource: HostSource = {
  collector: 'rapl',
  async read(files) {
    const zones = await readAttributesOfAll(files, 'class/powercap', /^(.+:.+)$/, ['name', 'energy_uj']);
    return describePowerZones(
      zones.flatMap(([entry, { name = '', energy_uj }]) => {
        const microjoules = integer(energy_uj);
        return microjoules === null ? [] : [{ entry, name, microjoules }];
      }),
    );
  },
};
