import { readAttributesOfAll } from './attributes.ts';
import { gauge, reading } from './reading.ts';
import { slowSource } from './source.ts';

const INFO = gauge(
  'node_nvme_info',
  'Non-numeric data from /sys/class/nvme/<device>, value is always 1.',
  ...['device', 'firmware_revision', 'model', 'serial', 'state'],
);

const FILES = ['firmware_rev', 'model', 'serial', 'state'];

export const nvmeSource = () =>
  slowSource({
    collector: 'nvme',
    async read(files) {
      const devices = await readAttributesOfAll(files, 'class/nvme', /^(.+)$/, FILES);
      return devices.map(([device, found]) => reading(INFO, 1, device, ...FILES.map((file) => found[file] ?? '')));
    },
  });
