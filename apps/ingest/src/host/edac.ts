import { type Attributes, integer, readAttributesOfAll } from './attributes.ts';
import { counter, type Family, type Reading, reading } from './reading.ts';
import { type HostFiles, slowSource } from './source.ts';

const CORRECTABLE = counter('node_edac_correctable_errors_total', 'Total correctable memory errors.', 'controller');
const UNCORRECTABLE = counter('node_edac_uncorrectable_errors_total', 'Total uncorrectable memory errors.', 'controller');
const ROW_CORRECTABLE = counter(
  'node_edac_csrow_correctable_errors_total',
  'Total correctable memory errors for this csrow.',
  ...['controller', 'csrow'],
);
const ROW_UNCORRECTABLE = counter(
  'node_edac_csrow_uncorrectable_errors_total',
  'Total uncorrectable memory errors for this csrow.',
  ...['controller', 'csrow'],
);

const CONTROLLERS = 'devices/system/edac/mc';
const COUNTS = ['ce_count', 'ue_count', 'ce_noinfo_count', 'ue_noinfo_count'];

/** Errors of the memory, by its controller and, where it is known, the row of chips. */
export const edacSource = () =>
  slowSource({
    collector: 'edac',
    async read(files) {
      const controllers = await readAttributesOfAll(files, CONTROLLERS, /^mc(\d+)$/, COUNTS);
      return (await Promise.all(controllers.map(([controller, counts]) => readController(files, controller, counts)))).flat();
    },
  });

async function readController(files: HostFiles, controller: string, counts: Attributes): Promise<Reading[]> {
  const rows = await readAttributesOfAll(files, `${CONTROLLERS}/mc${controller}`, /^csrow(\d+)$/, COUNTS);
  return [
    ...counted(CORRECTABLE, counts.ce_count, controller),
    ...counted(UNCORRECTABLE, counts.ue_count, controller),
    ...counted(ROW_CORRECTABLE, counts.ce_noinfo_count, controller, 'unknown'),
    ...counted(ROW_UNCORRECTABLE, counts.ue_noinfo_count, controller, 'unknown'),
    ...rows.flatMap(([row, ofRow]) => [
      ...counted(ROW_CORRECTABLE, ofRow.ce_count, controller, row),
      ...counted(ROW_UNCORRECTABLE, ofRow.ue_count, controller, row),
    ]),
  ];
}

function counted(family: Family, text: string | undefined, ...labelValues: string[]): Reading[] {
  const count = integer(text);
  return count === null ? [] : [reading(family, count, ...labelValues)];
}
