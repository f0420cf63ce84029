/**
 * Damage: bytes on disk or from the wire that their own checks refuse.
 * Reported with place and reason; it costs the damaged unit and never its neighbours.
 */
export class CorruptionError extends Error {
  override readonly name = 'CorruptionError';
  readonly file: string;
  /** Bytes from the start of `file` to the damaged unit. */
  readonly offset: number;
  readonly reason: string;

  constructor(at: { file: string; offset: number; reason: string }) {
    super(`${at.file} at byte ${at.offset}: ${at.reason}`);
    this.file = at.file;
    this.offset = at.offset;
    this.reason = at.reason;
  }
}
