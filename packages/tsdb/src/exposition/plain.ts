import type { ExpositionFormat } from './format.ts';
import { lineNumberAt, readLine, type SampleExemplar } from './line.ts';
import { MalformedLine } from './malformed.ts';
import type { CommentLine } from './metadata.ts';

/**
 * Reads an exposition line by line, without a memory: what the kernel is held against, and the way of a body that does
 * not fit into it.
 */
export interface PlainSink {
  comment(comment: CommentLine): void;
  /** `pairs`: name, value, name, value … as written. `timeMs` is NaN when the target gave no time. */
  sample(pairs: readonly string[], value: number, timeMs: number, exemplar: SampleExemplar | null): void;
}

export interface MalformedExposition {
  /** 1 for the first. */
  readonly line: number;
  readonly reason: string;
}

/** Null when all of it could be read. `MalformedLine` of the sink's is one of the line. */
export function readPlainly(body: Uint8Array, format: ExpositionFormat, sink: PlainSink): MalformedExposition | null {
  let at = 0;
  let isOver = format === 'text';
  try {
    while (at < body.length) {
      const line = readLine(body, at, format);
      if (line.kind === 'sample') sink.sample(line.pairs, line.value, line.timeMs, line.exemplar);
      else if (line.kind === 'comment' && line.comment !== null) sink.comment(line.comment);
      else if (line.kind === 'end') isOver = true;
      at = line.next;
    }
    if (!isOver) throw new MalformedLine(NO_EOF);
    return null;
  } catch (error) {
    return malformedAt(error, body, at);
  }
}

export const NO_EOF = 'the data does not end with # EOF';

/** Throws what is no `MalformedLine`. */
export function malformedAt(error: unknown, body: Uint8Array, at: number): MalformedExposition {
  if (!(error instanceof MalformedLine)) throw error;
  return { line: lineNumberAt(body, at), reason: error.message };
}
