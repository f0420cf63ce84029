import { readFileSync } from 'node:fs';

/** The lines of each ```example block of a format document. */
export function formatExamples(document: string): string[][] {
  const text = readFileSync(new URL(`../../../../docs/format/${document}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```example\n([\s\S]*?)^```$/gm)].map(([, body]) => body.trimEnd().split('\n'));
}

export function fromHex(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
}
