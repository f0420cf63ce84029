import { integer, readAttributesOfAll } from './attributes.ts';
import { type Family, gauge, reading } from './reading.ts';
import { slowSource } from './source.ts';

const TEMPERATURE = gauge('node_thermal_zone_temp', 'Zone temperature in Celsius', 'zone', 'type');
const CURRENT = gauge('node_cooling_device_cur_state', 'Current throttle state of the cooling device', 'name', 'type');
const MOST = gauge('node_cooling_device_max_state', 'Maximum throttle state of the cooling device', 'name', 'type');

/** The zones and the cooling devices of /sys/class/thermal. */
export const thermalSource = () =>
  slowSource({
    collector: 'thermal_zone',
    async read(files) {
      const [zones, devices] = await Promise.all([
        readAttributesOfAll(files, 'class/thermal', /^thermal_zone(\d+)$/, ['type', 'temp']),
        readAttributesOfAll(files, 'class/thermal', /^cooling_device(\d+)$/, ['type', 'cur_state', 'max_state']),
      ]);
      const of = (family: Family, text: string | undefined, scale: number, name: string, type = '') => {
        const value = integer(text);
        return value === null ? [] : [reading(family, value / scale, name, type)];
      };
      return [
        ...zones.flatMap(([zone, { type, temp }]) => of(TEMPERATURE, temp, 1000, zone, type)),
        ...devices.flatMap(([name, { type, cur_state, max_state }]) => [
          ...of(CURRENT, cur_state, 1, name, type),
          ...of(MOST, max_state, 1, name, type),
        ]),
      ];
    },
  });
