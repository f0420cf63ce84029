import { formatDuration } from '@tidemark/base';

/** What a block holds: samples as they came, or windows of a width. */
export function resolutionText(resolutionMs: number): string {
  return resolutionMs === 0 ? 'raw' : formatDuration(resolutionMs);
}
