import type { Span } from './token.ts';

/** The only thing that `parse` throws. Offsets are UTF-16 units into the text, as editors count. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
  readonly from: number;
  readonly to: number;

  constructor(message: string, span: Span) {
    super(message);
    this.from = span.from;
    this.to = span.to;
  }

  /** As Prometheus' API words it: `1:5: parse error: …`. */
  describe(text: string): string {
    return `${lineAndColumn(text, this.from)}: parse error: ${this.message}`;
  }
}

/** `line:column`, both from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `${line}:${offset - (before.lastIndexOf('\n') + 1) + 1}`;
}
