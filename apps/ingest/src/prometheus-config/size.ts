/** Sizes as Prometheus writes them: `10MB`, `512KiB`. */
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMGTPE]i?)?B$/;

/** Bytes, or null. As in Prometheus, KB and KiB are both 1024 bytes; a bare `0` is no limit. */
export function parseBytes(text: string): number | null {
  if (text === '0') return 0;
  const match = SIZE.exec(text);
  if (match === null) return null;
  const power = match[2] === undefined ? 0 : 'KMGTPE'.indexOf(match[2][0]) + 1;
  return Math.floor(Number(match[1]) * 1024 ** power);
}
