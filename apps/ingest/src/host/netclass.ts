import { gauge, type Reading, reading } from './reading.ts';
import type { HostFiles, HostSource } from './source.ts';

const UP = gauge('node_network_up', "Value is 1 if operstate is 'up', 0 otherwise.", 'device');
const INFO = gauge(
  'node_network_info',
  'Non-numeric data from /sys/class/net/<iface>, value is always 1.',
  ...['device', 'address', 'broadcast', 'duplex', 'operstate', 'ifalias'],
);
const MTU = gauge('node_network_mtu_bytes', 'Network device property: mtu_bytes', 'device');
const SPEED = gauge('node_network_speed_bytes', 'Network device property: speed_bytes', 'device');
const CARRIER = gauge('node_network_carrier', 'Network device property: carrier', 'device');

const PROPERTIES = ['address', 'broadcast', 'duplex', 'operstate', 'ifalias', 'mtu', 'speed', 'carrier'] as const;

export type InterfaceProperties = Readonly<Partial<Record<(typeof PROPERTIES)[number], string>>>;

/** What /sys/class/net/<device>/ says; a property that the device does not have is left out. */
export function describeInterface(device: string, properties: InterfaceProperties): Reading[] {
  const { address = '', broadcast = '', duplex = '', operstate = '', ifalias = '', mtu, speed, carrier } = properties;
  const readings = [
    reading(UP, operstate === 'up' ? 1 : 0, device),
    reading(INFO, 1, device, address, broadcast, duplex, operstate, ifalias),
  ];
  const number = (text: string | undefined) => (text === undefined || !/^-?\d+$/.test(text) ? null : Number(text));
  const [mtuBytes, megabits, hasCarrier] = [number(mtu), number(speed), number(carrier)];
  if (mtuBytes !== null) readings.push(reading(MTU, mtuBytes, device));
  // Megabits per second; -1 where the driver does not know, which node_exporter passes on, too.
  if (megabits !== null) readings.push(reading(SPEED, (megabits * 1_000_000) / 8, device));
  if (hasCarrier !== null) readings.push(reading(CARRIER, hasCarrier, device));
  return readings;
}

/** A link seldom changes, and asking some drivers is slow: eight files for each interface, so not every second. */
const REFRESH_MS = 10_000;

export function netclassSource(): HostSource {
  let last: { readonly atMs: number; readonly readings: readonly Reading[] } | null = null;
  return {
    collector: 'netclass',
    async read(files) {
      if (last === null || files.nowMs - last.atMs >= REFRESH_MS) last = { atMs: files.nowMs, readings: await readInterfaces(files) };
      return last.readings;
    },
  };
}

async function readInterfaces(files: HostFiles): Promise<Reading[]> {
  const devices = await files.sysList('class/net');
  const described = await Promise.all(
    devices.map(async (device) => {
      const values = await Promise.all(
        PROPERTIES.map((property) =>
          files.sys(`class/net/${device}/${property}`).then(
            (text) => [property, text.trim()] as const,
            () => null, // The kernel refuses what does not apply, as the speed of a link that is down.
          ),
        ),
      );
      const known = values.filter((entry) => entry !== null);
      return known.length === 0 ? [] : describeInterface(device, Object.fromEntries(known));
    }),
  );
  return described.flat();
}
