import { counter, type Family, gauge, type Reading, reading, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

/** By their column. The six between are no longer used; the kernel grew those from the ninth on. */
const FAMILIES: readonly (readonly [column: number, family: Family])[] = [
  [0, counter('node_softnet_processed_total', 'Number of processed packets', 'cpu')],
  [1, counter('node_softnet_dropped_total', 'Number of dropped packets', 'cpu')],
  [2, counter('node_softnet_times_squeezed_total', 'Number of times processing packets ran out of quota', 'cpu')],
  [8, counter('node_softnet_cpu_collision_total', 'Number of collision occur while obtaining device lock while transmitting', 'cpu')],
  [9, counter('node_softnet_received_rps_total', 'Number of times cpu woken up received_rps', 'cpu')],
  [10, counter('node_softnet_flow_limit_count_total', 'Number of times flow limit has been reached', 'cpu')],
  [11, gauge('node_softnet_backlog_len', 'Softnet backlog status', 'cpu')],
];
/** Since Linux 5.10 a line names its CPU here; before, lines count them. */
const CPU_COLUMN = 12;

/** /proc/net/softnet_stat: hexadecimal numbers, a line for each CPU. */
export function parseSoftnet(text: string): Reading[] {
  return wordsByLine(text).flatMap((words, line) => {
    const numbers = words.map((word) => Number.parseInt(word, 16));
    const cpu = String(numbers[CPU_COLUMN] ?? line);
    return FAMILIES.filter(([column]) => column < numbers.length).map(([column, family]) => reading(family, numbers[column], cpu));
  });
}

export const softnetSource = procSource('softnet', 'net/softnet_stat', parseSoftnet);
