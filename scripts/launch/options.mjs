// The command line of `npm start`. Plain JavaScript without dependencies: it is read before anything is installed.
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm start -- [options]

  --port N          the web on N, ingest on N+1, the query API on N+2   (8010)
  --data DIR        where everything is kept                            (./data)
  --config FILE     a prometheus.yml: what to scrape
  --enable-feature  NAMES of what is off by default, with commas
  --listen ADDRESS  the address to listen on                            (127.0.0.1)
  --partitions N    gives the log more partitions                       (one for each core when it is made)
  --help            this text`;

export const INGEST_FEATURES = ['created-timestamp-zero-ingestion', 'type-and-unit-labels'];
export const WORKER_FEATURES = ['promql-delayed-name-removal', 'type-and-unit-labels'];
const FEATURES = [...new Set([...INGEST_FEATURES, ...WORKER_FEATURES])];

/**
 * @typedef {{ port: number, data: string, config: string | null, listen: string, partitions: number | null, features: string[] }} Options
 * @typedef {{ kind: 'options' } & Options | { kind: 'help' } | { kind: 'refused', message: string }} ParsedOptions
 * @param {string[]} args
 * @returns {ParsedOptions}
 */
export function parseOptions(args) {
  let values;
  try {
    values = parseArgs({
      args,
      options: {
        port: { type: 'string', default: '8010' },
        data: { type: 'string', default: 'data' },
        config: { type: 'string' },
        listen: { type: 'string', default: '127.0.0.1' },
        partitions: { type: 'string' },
        'enable-feature': { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    return { kind: 'refused', message: `${/** @type {Error} */ (error).message.split('. ')[0]}; see npm start -- --help` };
  }
  if (values.help) return { kind: 'help' };
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_533) {
    return { kind: 'refused', message: `--port takes a number from 1 to 65533, not "${values.port}"` };
  }
  const partitions = values.partitions === undefined ? null : Number(values.partitions);
  if (partitions !== null && !(Number.isInteger(partitions) && partitions >= 1 && partitions <= 1024)) {
    return { kind: 'refused', message: `--partitions takes a number from 1 to 1024, not "${values.partitions}"` };
  }
  const features = values['enable-feature'].flatMap((names) => names.split(',').map((name) => name.trim()));
  const unknown = features.find((name) => !FEATURES.includes(name));
  if (unknown !== undefined) return { kind: 'refused', message: `--enable-feature takes ${FEATURES.join(', ')}, not "${unknown}"` };
  return { kind: 'options', port, data: values.data, config: values.config ?? null, listen: values.listen, partitions, features };
}
