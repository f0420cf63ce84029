import { readAttributes } from './attributes.ts';
import { gauge, reading } from './reading.ts';
import { slowSource } from './source.ts';

const LABELS = [
  ...['bios_date', 'bios_release', 'bios_vendor', 'bios_version', 'board_asset_tag', 'board_name', 'board_serial', 'board_vendor'],
  ...['board_version', 'chassis_asset_tag', 'chassis_serial', 'chassis_vendor', 'chassis_version', 'product_family', 'product_name'],
  ...['product_serial', 'product_sku', 'product_uuid', 'product_version', 'system_vendor'],
];
const INFO = gauge('node_dmi_info', `A metric with a constant '1' value labeled by ${LABELS.join(', ')} if provided by DMI.`, ...LABELS);

/** One label has another name in /sys/class/dmi/id. */
const FILES = LABELS.map((label) => (label === 'system_vendor' ? 'sys_vendor' : label));

/** What the firmware says of the machine. Serial numbers are there for root only. */
export const dmiSource = () =>
  slowSource({
    collector: 'dmi',
    async read(files) {
      await files.sysList('class/dmi/id');
      const found = await readAttributes(files, 'class/dmi/id', FILES);
      return [reading(INFO, 1, ...FILES.map((file) => found[file] ?? ''))];
    },
  });
