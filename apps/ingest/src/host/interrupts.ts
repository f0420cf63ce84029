import { INTERRUPT_SERIES_MAX } from './limits.ts';
import { counter, type Reading, reading } from './reading.ts';
import { procSource } from './source.ts';

const INTERRUPTS = counter('node_interrupts_total', 'Interrupt details.', 'cpu', 'type', 'info', 'devices');

/**
 * /proc/interrupts: a heading with a word for each CPU, then lines of `name: counts… what it is`. Behind a number stand the
 * controller and the devices, behind a name its meaning. Lines with fewer counts than CPUs are about the whole machine: left out.
 */
export function parseInterrupts(text: string): Reading[] {
  const [heading, ...lines] = text.split('\n');
  const cpus = heading.trim().split(/\s+/).length;
  return lines.flatMap((line) => {
    const colon = line.indexOf(':');
    const type = line.slice(0, colon).trim();
    const words = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/);
    if (colon < 0 || words.length <= cpus) return [];
    const numbered = /^\d+$/.test(type);
    const info = numbered ? words[cpus] : words.slice(cpus).join(' ');
    const devices = numbered ? words.slice(cpus + 1).join(' ') : '';
    return words.slice(0, cpus).map((count, cpu) => reading(INTERRUPTS, Number(count), String(cpu), type, info, devices));
  });
}

export const interruptsSource = procSource('interrupts', 'interrupts', (text) => {
  const readings = parseInterrupts(text);
  if (readings.length > INTERRUPT_SERIES_MAX) throw new Error(`${readings.length} series of interrupts are too many`);
  return readings;
});
