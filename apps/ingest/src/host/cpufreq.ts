import { type Attributes, integer, readAttributes } from './attributes.ts';
import { gauge, type Reading, reading } from './reading.ts';
import { slowSource } from './source.ts';

/** In kHz in /sys/devices/system/cpu/cpuN/cpufreq. */
const FREQUENCIES = [
  ['cpuinfo_cur_freq', gauge('node_cpu_frequency_hertz', 'Current CPU thread frequency in hertz.', 'cpu')],
  ['cpuinfo_min_freq', gauge('node_cpu_frequency_min_hertz', 'Minimum CPU thread frequency in hertz.', 'cpu')],
  ['cpuinfo_max_freq', gauge('node_cpu_frequency_max_hertz', 'Maximum CPU thread frequency in hertz.', 'cpu')],
  ['scaling_cur_freq', gauge('node_cpu_scaling_frequency_hertz', 'Current scaled CPU thread frequency in hertz.', 'cpu')],
  ['scaling_min_freq', gauge('node_cpu_scaling_frequency_min_hertz', 'Minimum scaled CPU thread frequency in hertz.', 'cpu')],
  ['scaling_max_freq', gauge('node_cpu_scaling_frequency_max_hertz', 'Maximum scaled CPU thread frequency in hertz.', 'cpu')],
] as const;
const GOVERNOR = gauge('node_cpu_scaling_governor', 'Current enabled CPU frequency governor.', 'cpu', 'governor');

const NAMES = [...FREQUENCIES.map(([name]) => name), 'scaling_governor', 'scaling_available_governors'];

export function describeCpufreq(cpu: string, attributes: Attributes): Reading[] {
  const frequencies = FREQUENCIES.flatMap(([name, family]) => {
    const kilohertz = integer(attributes[name]);
    return kilohertz === null ? [] : [reading(family, kilohertz * 1000, cpu)];
  });
  const { scaling_governor: current, scaling_available_governors: available = '' } = attributes;
  const governors = current === undefined ? [] : available.split(/\s+/).filter((name) => name !== '');
  return [...frequencies, ...governors.map((name) => reading(GOVERNOR, name === current ? 1 : 0, cpu, name))];
}

export const cpufreqSource = () =>
  slowSource({
    collector: 'cpufreq',
    async read(files) {
      const cpus = (await files.sysList('devices/system/cpu')).flatMap((entry) => /^cpu(\d+)$/.exec(entry)?.[1] ?? []);
      const described = await Promise.all(
        cpus.map(async (cpu) => describeCpufreq(cpu, await readAttributes(files, `devices/system/cpu/cpu${cpu}/cpufreq`, NAMES))),
      );
      return described.flat();
    },
  });
