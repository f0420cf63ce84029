import { counter, type Reading, reading, wordsByLine } from './reading.ts';
import { procSource } from './source.ts';

const COLUMNS = [
  counter('node_softnet_processed_total', 'Number of processed packets', 'cpu'),
  counter('node_softnet_dropped_total', 'Number of dropped packets', 'cpu'),
  counter('node_softnet_times_squeezed_total', 'Number of times processing packets ran out of quota', 'cpu'),
];
/** Since Linux 5.10 a line names its CPU here; before, lines count them. */
const CPU_COLUMN = 12;

/** /proc/net/softnet_stat: hexadecimal numbers, a line for each CPU. */
export function parseSoftnet(text: string): Reading[] {
  return wordsByLine(text).flatMap((words, line) => {
    const numbers = words.map((word) => Number.parseInt(word, 16));
    const cpu = String(numbers[CPU_COLUMN] ?? line);
    return numbers.length < COLUMNS.length ? [] : COLUMNS.map((family, i) => reading(family, numbers[i], cpu));
  });
}

export const softnetSource = procSource('softnet', 'net/softnet_stat', parseSoftnet);
