/**
 * Exemplars as a file of JSON lines, in the order in which they came: tenant, labels of the series, labels, time, and the value as text, since
 * JSON has no NaN. A damaged line costs only itself.
 */
import { CorruptionError } from '@tidemark/base';
import { type Files, isMissing } from '@tidemark/base/files';
import type { Exemplar } from '../model/exemplar.ts';
import { Labels } from '../model/labels.ts';

export function exemplarLine(tenant: string, { series, labels, timeMs, value }: Exemplar): string {
  return `${JSON.stringify([tenant, series.pairs, labels.pairs, timeMs, String(value)])}\n`;
}

export async function readExemplars(
  files: Files,
  path: string,
  onDamage: (error: CorruptionError) => void,
): Promise<{ readonly tenant: string; readonly exemplar: Exemplar }[]> {
  let text: string;
  try {
    text = String(await files.read(path));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const found = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const entry = line === '' ? null : parseLine(line);
    if (entry !== null) found.push(entry);
    else if (line !== '') onDamage(new CorruptionError({ file: path, offset, reason: 'a line is no exemplar' }));
    offset += Buffer.byteLength(line) + 1;
  }
  return found;
}

function parseLine(line: string): { tenant: string; exemplar: Exemplar } | null {
  try {
    const [tenant, series, labels, timeMs, value] = JSON.parse(line);
    if (typeof tenant !== 'string' || !Number.isSafeInteger(timeMs) || typeof value !== 'string') return null;
    return { tenant, exemplar: { series: labelsOf(series), labels: labelsOf(labels), timeMs, value: Number(value) } };
  } catch {
    return null;
  }
}

/** Throws on anything that is no list of pairs. */
function labelsOf(pairs: unknown): Labels {
  if (!Array.isArray(pairs) || pairs.length % 2 !== 0 || !pairs.every((text) => typeof text === 'string')) throw new TypeError('no labels');
  return Labels.from(pairs.flatMap((name, i) => (i % 2 === 0 ? [[name, pairs[i + 1]] as const] : [])));
}
