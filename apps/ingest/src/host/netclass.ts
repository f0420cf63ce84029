import { type Attributes, readAttributesOfAll } from './attributes.ts';
import { counter, type Family, gauge, type Reading, reading } from './reading.ts';
import { slowSource } from './source.ts';

const UP = gauge('node_network_up', "Value is 1 if operstate is 'up', 0 otherwise.", 'device');
const INFO_TEXTS = ['address', 'broadcast', 'duplex', 'operstate', 'ifalias'];
const INFO = gauge('node_network_info', 'Non-numeric data from /sys/class/net/<iface>, value is always 1.', ...['device', ...INFO_TEXTS]);
const SPEED = property('speed_bytes');

/** By the file that tells it. Some are hexadecimal. */
const NUMBERS: Readonly<Record<string, Family>> = {
  addr_assign_type: property('address_assign_type'),
  carrier: property('carrier'),
  carrier_changes: property('carrier_changes_total', counter),
  carrier_down_count: property('carrier_down_changes_total', counter),
  carrier_up_count: property('carrier_up_changes_total', counter),
  dev_id: property('device_id'),
  dormant: property('dormant'),
  flags: property('flags'),
  ifindex: property('iface_id'),
  iflink: property('iface_link'),
  link_mode: property('iface_link_mode'),
  mtu: property('mtu_bytes'),
  name_assign_type: property('name_assign_type'),
  netdev_group: property('net_dev_group'),
  'statistics/rx_nohandler': counter('node_network_receive_nohandler_total', 'Network device statistic receive_nohandler.', 'device'),
  tx_queue_len: property('transmit_queue_length'),
  type: property('protocol_type'),
};

function property(name: string, make: typeof gauge = gauge): Family {
  return make(`node_network_${name}`, `Network device property: ${name}`, 'device');
}

/** What /sys/class/net/<device>/ says; a property that the device does not have is left out. */
export function describeInterface(device: string, properties: Attributes): Reading[] {
  const numbers = Object.entries(NUMBERS).flatMap(([file, family]) => {
    const value = numberOf(properties[file]);
    return value === null ? [] : [reading(family, value, device)];
  });
  // Megabits per second; -1 where the driver does not know, which node_exporter passes on, too.
  const megabits = numberOf(properties.speed);
  return [
    reading(UP, properties.operstate === 'up' ? 1 : 0, device),
    reading(INFO, 1, device, ...INFO_TEXTS.map((text) => properties[text] ?? '')),
    ...numbers,
    ...(megabits === null ? [] : [reading(SPEED, (megabits * 1_000_000) / 8, device)]),
  ];
}

function numberOf(text: string | undefined): number | null {
  return text === undefined || !/^(-?\d+|0x[0-9a-f]+)$/.test(text) ? null : Number(text);
}

export const netclassSource = () =>
  slowSource({
    collector: 'netclass',
    async read(files) {
      const names = [...INFO_TEXTS, ...Object.keys(NUMBERS), 'speed'];
      const devices = await readAttributesOfAll(files, 'class/net', /^(.+)$/, names);
      return devices.flatMap(([device, properties]) => describeInterface(device, properties));
    },
  });
