import { readAttributes } from './attributes.ts';
import { counter, type Family, gauge, type Reading, reading } from './reading.ts';
import { type HostFiles, slowSource } from './source.ts';

const CHIP_NAMES = gauge('node_hwmon_chip_names', 'Annotation metric for human-readable chip names', 'chip', 'chip_name');
const LABELS = gauge('node_hwmon_sensor_label', 'Label for given chip and sensor', 'chip', 'sensor', 'label');

/** Temperatures, fans, voltages and the like, as the chips of /sys/class/hwmon tell them. */
export const hwmonSource = () =>
  slowSource({
    collector: 'hwmon',
    async read(files) {
      const chips = await files.sysList('class/hwmon');
      return (await Promise.all(chips.map((chip) => readChip(files, `class/hwmon/${chip}`)))).flat();
    },
  });

async function readChip(files: HostFiles, folder: string): Promise<Reading[]> {
  const { name = '' } = await readAttributes(files, folder, ['name']);
  const chip = chipName(await files.sysReal(`${folder}/device`).catch(() => null), name) || cleaned(folder.split('/').at(-1)!);
  const names = (await files.sysList(folder)).filter((file) => sensorFile(file) !== null);
  const readings = describeSensors(chip, await readAttributes(files, folder, names));
  return name === '' ? readings : [reading(CHIP_NAMES, 1, chip, cleaned(name)), ...readings];
}

/** From the device's path, which stays the same from boot to boot: `platform_coretemp_0`. Else from the driver's name. */
export function chipName(devicePath: string | null, driver: string): string {
  const [bus = '', device = ''] = devicePath?.split('/').slice(-2).map(cleaned) ?? [];
  if (device === '') return cleaned(driver);
  return bus === '' ? device : `${bus}_${device}`;
}

function cleaned(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9:_]/g, '_')
    .replace(/^_+|_+$/g, '');
}

/** `temp1_crit` is an element of the sensor `temp1`, whose reading is `temp1_input`. */
interface SensorFile {
  readonly type: string;
  readonly sensor: string;
  readonly element: string;
}

const TYPES = 'beep_enable update_interval in cpu fan pwm temp curr power energy humidity intrusion'.split(' ');

function sensorFile(name: string): SensorFile | null {
  const [, type, number, element = ''] = /^([^0-9]+)(\d*)(?:_(.+))?$/.exec(name) ?? [];
  return TYPES.includes(type) ? { type, sensor: `${type}${number === '' ? 0 : number}`, element } : null;
}

export function describeSensors(chip: string, values: Readonly<Record<string, string | undefined>>): Reading[] {
  return Object.entries(values).flatMap(([name, text = '']): Reading[] => {
    const file = sensorFile(name);
    if (file === null) return [];
    if (file.element === 'label') return [reading(LABELS, 1, chip, file.sensor, text)];
    const value = Number(text);
    if (text === '' || !Number.isFinite(value)) return [];
    // A reading that has a second file without an element keeps its own name: `pwm1` beside `pwm1_input`.
    const { family, perUnit } = quantityOf(file, values[file.sensor] !== undefined);
    return [reading(family, value / perUnit, chip, file.sensor)];
  });
}

interface Quantity {
  readonly family: Family;
  readonly perUnit: number;
}

/** By `type element`, the first that fits. The kernel counts in thousandths and millionths of a unit. */
const QUANTITIES: readonly (readonly [which: RegExp, unit: string, perUnit: number, help: string])[] = [
  [/^beep_enable /, 'd', 1, 'Hardware beep enabled'],
  [/^update_interval /, '_seconds', 1000, 'Hardware monitor update interval'],
  [/ (fault|alarm)$/, '', 1, 'Hardware sensor ELEMENT status (TYPE)'],
  [/ beep$/, '_enabled', 1, 'Hardware monitor sensor has beeping enabled'],
  [/^(in|cpu) /, '_volts', 1000, 'Hardware monitor for voltage (ELEMENT)'],
  [/^temp (?!type$)/, '_celsius', 1000, 'Hardware monitor for temperature (ELEMENT)'],
  [/^curr /, '_amps', 1000, 'Hardware monitor for current (ELEMENT)'],
  [/^energy /, '_joule_total', 1e6, 'Hardware monitor for joules used so far (ELEMENT)'],
  [/^power accuracy$/, '', 1e6, 'Hardware monitor power meter accuracy, as a ratio'],
  [/^power average_interval(_min|_max)?$/, '_seconds', 1000, 'Hardware monitor power usage update interval (ELEMENT)'],
  [/^power /, '_watt', 1e6, 'Hardware monitor for power usage in watts (ELEMENT)'],
  [
    ...([/^humidity /, '', 1e6] as const),
    'Hardware monitor for humidity, as a ratio (multiply with 100.0 to get the humidity as a percentage) (ELEMENT)',
  ],
  [/^fan (input|min|max|target)$/, '_rpm', 1, 'Hardware monitor for fan revolutions per minute (ELEMENT)'],
  [/^/, '', 1, 'Hardware monitor TYPE element ELEMENT'],
];

const quantities = new Map<string, Quantity>();

function quantityOf({ type, element }: SensorFile, hasPlain: boolean): Quantity {
  const key = `${type} ${element}`;
  const named = element === '' || (element === 'input' && !hasPlain) ? type : `${type}_${cleaned(element)}`;
  const [, unit, perUnit, help] = QUANTITIES.find(([which]) => which.test(key))!;
  const name = `node_hwmon_${named}${unit}`;
  let quantity = quantities.get(name);
  if (quantity === undefined) {
    const make = unit.endsWith('_total') ? counter : gauge;
    quantity = { family: make(name, help.replace('ELEMENT', element).replace('TYPE', type), 'chip', 'sensor'), perUnit };
    quantities.set(name, quantity);
  }
  return quantity;
}
