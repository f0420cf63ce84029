import { type CommentLine, MalformedLine, NO_EOF, readLine, readSample } from '@tidemark/tsdb/exposition';
import { CommandFailure } from '../failure.ts';
import { LINE_BYTES_MAX } from '../limits.ts';

export interface ExpositionSink<S> {
  comment(comment: CommentLine): void;
  /** A series, name, value, name, value … as written; what it returns stands for it. Asked again when the same comes later. */
  series(pairs: readonly string[]): S;
  sample(series: S, timeMs: number, value: number): void;
}

/**
 * Reads OpenMetrics text of any length: samples with their times, up to `# EOF`. The lines of a series usually come one after the other:
 * its text is read once for them. Throws `CommandFailure` with the line that is wrong.
 */
export async function readExposition<S>(name: string, chunks: AsyncIterable<Uint8Array>, sink: ExpositionSink<S>): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let lines = 0;
  let isOver = false;
  let known: { readonly text: Buffer; readonly series: S } | null = null;
  const fail = (reason: string): never => {
    throw new CommandFailure(`${name}, line ${lines + 1}: ${reason}`);
  };
  const readLines = (body: Buffer): void => {
    for (let at = 0; at < body.length; lines++) {
      if (
        known !== null &&
        body[at + known.text.length] === BLANK &&
        body.compare(known.text, 0, known.text.length, at, at + known.text.length) === 0
      ) {
        const { timeMs, value, next } = readSample(body, at + known.text.length, 'openmetrics');
        if (Number.isNaN(timeMs)) fail(NO_TIME);
        sink.sample(known.series, timeMs, value);
        at = next;
        continue;
      }
      const line = readLine(body, at, 'openmetrics');
      if (line.kind === 'end') isOver = true;
      else if (line.kind === 'comment' && line.comment !== null) sink.comment(line.comment);
      else if (line.kind === 'sample') {
        if (Number.isNaN(line.timeMs)) fail(NO_TIME);
        known = { text: Buffer.from(body.subarray(line.from, line.to)), series: sink.series(line.pairs) };
        sink.sample(known.series, line.timeMs, line.value);
      }
      at = line.next;
    }
  };
  try {
    for await (const chunk of chunks) {
      if (isOver) fail('text after # EOF');
      const body: Buffer = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      const end = body.lastIndexOf(NEWLINE) + 1;
      readLines(body.subarray(0, end));
      rest = body.subarray(end);
      if (rest.length > LINE_BYTES_MAX) fail(`a line of more than ${LINE_BYTES_MAX} bytes`);
    }
    readLines(rest);
    if (!isOver) fail(NO_EOF);
  } catch (error) {
    if (!(error instanceof MalformedLine)) throw error;
    fail(error.message);
  }
}

const NEWLINE = 0x0a;
const BLANK = 0x20;
const NO_TIME = 'a sample without a time: history needs one for each';
