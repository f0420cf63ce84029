import { type Attributes, integer, readAttributesOfAll } from './attributes.ts';
import { familiesByKey, gauge, type Reading, reading } from './reading.ts';
import { slowSource } from './source.ts';

const familyOf = familiesByKey((name) =>
  gauge(`node_power_supply_${name}`, `${name} value of /sys/class/power_supply/<power_supply>.`, 'power_supply'),
);

/** The kernel's attributes by their unit there; node_exporter's name follows where it is another. */
const PLAIN =
  'authentic calibrate capacity capacity_alert_max capacity_alert_min cycle_count=cyclecount online present ' +
  'time_to_empty_now=time_to_empty_seconds time_to_full_now=time_to_full_seconds';
const MILLIONTHS =
  'current_boot current_max current_now=current_ampere energy_empty energy_empty_design energy_full energy_full_design ' +
  'energy_now=energy_watthour voltage_boot voltage_max voltage_max_design voltage_min voltage_min_design voltage_now=voltage_volt ' +
  'voltage_ocv charge_control_limit charge_control_limit_max charge_counter charge_empty charge_empty_design charge_full ' +
  'charge_full_design charge_now=charge_ampere charge_term_current constant_charge_current constant_charge_current_max ' +
  'constant_charge_voltage constant_charge_voltage_max precharge_current input_current_limit power_now=power_watt';
const TENTHS =
  'temp=temp_celsius temp_alert_max=temp_alert_max_celsius temp_alert_min=temp_alert_min_celsius temp_ambient=temp_ambient_celsius ' +
  'temp_ambient_max=temp_ambient_max_celsius temp_ambient_min=temp_ambient_min_celsius temp_max=temp_max_celsius temp_min=temp_min_celsius';

const NUMBERS = [...numbersIn(PLAIN, 1), ...numbersIn(MILLIONTHS, 1_000_000), ...numbersIn(TENTHS, 10)];

function numbersIn(list: string, perUnit: number) {
  return list.split(' ').map((entry) => {
    const [attribute, name = attribute] = entry.split('=');
    return { attribute, name, perUnit };
  });
}

const TEXTS = [
  ...['capacity_level', 'charge_type', 'health', 'manufacturer', 'model_name', 'serial_number', 'status', 'technology'],
  ...['type', 'usb_type', 'scope'],
];
const INFO = gauge('node_power_supply_info', 'info of /sys/class/power_supply/<power_supply>.', 'power_supply', ...TEXTS);

export function describePowerSupply(name: string, attributes: Attributes): Reading[] {
  const readings = NUMBERS.flatMap((number) => {
    const value = integer(attributes[number.attribute]);
    return value === null ? [] : [reading(familyOf(number.name), value / number.perUnit, name)];
  });
  return [...readings, reading(INFO, 1, name, ...TEXTS.map((text) => attributes[text] ?? ''))];
}

export const powerSupplySource = () =>
  slowSource({
    collector: 'powersupplyclass',
    async read(files) {
      const attributes = [...NUMBERS.map((number) => number.attribute), ...TEXTS];
      const supplies = await readAttributesOfAll(files, 'class/power_supply', /^(.+)$/, attributes);
      return supplies.flatMap(([name, found]) => describePowerSupply(name, found));
    },
  });
