import { gauge, type Reading, reading } from './reading.ts';
import { type HostFiles, type HostSource, slowSource } from './source.ts';

const TIME = gauge('node_time_seconds', 'System time in seconds since epoch (1970).');
const ZONE = gauge('node_time_zone_offset_seconds', 'System time zone offset in seconds.', 'time_zone');

const CLOCKSOURCES = 'devices/system/clocksource';
const AVAILABLE = gauge(
  'node_time_clocksource_available_info',
  `Available clocksources read from '/sys/${CLOCKSOURCES}'.`,
  ...['device', 'clocksource'],
);
const CURRENT = gauge(
  'node_time_clocksource_current_info',
  `Current clocksource read from '/sys/${CLOCKSOURCES}'.`,
  ...['device', 'clocksource'],
);

export function timeSource(): HostSource {
  const slow = slowSource({
    collector: 'time',
    read: async (files) => [zoneOffset(files.nowMs), ...(await readClocksources(files).catch(() => []))],
  });
  return { collector: 'time', read: async (files) => [reading(TIME, files.nowMs / 1000), ...(await slow.read(files))] };
}

/** `CET` where the zone has such a name, `GMT+3` and the like where it has none. */
function zoneOffset(nowMs: number): Reading {
  const now = new Date(nowMs);
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(now);
  return reading(ZONE, -60 * now.getTimezoneOffset(), parts.find(({ type }) => type === 'timeZoneName')?.value ?? '');
}

async function readClocksources(files: HostFiles): Promise<Reading[]> {
  const devices = (await files.sysList(CLOCKSOURCES)).flatMap((entry) => /^clocksource(\d+)$/.exec(entry)?.[1] ?? []);
  const described = await Promise.all(
    devices.map(async (device) => {
      const [available, current] = await Promise.all(
        ['available', 'current'].map((name) => files.sys(`${CLOCKSOURCES}/clocksource${device}/${name}_clocksource`)),
      );
      const names = available.trim().split(/\s+/);
      return [...names.map((name) => reading(AVAILABLE, 1, device, name)), reading(CURRENT, 1, device, current.trim())];
    }),
  );
  return described.flat();
}
