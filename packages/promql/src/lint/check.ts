import type { TextEdit } from '@tidemark/base';
import { type Outline, type OutlinedPiece, outlineOf } from '../editor/outline.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Span } from '../syntax/token.ts';
import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';

/** One check looks at one node, and knows what is around it. */
export type Check = (node: Expr, around: Around) => Finding | readonly Finding[] | null;

export class Around {
  readonly text: string;
  readonly facts: Facts;
  /** A rule is asked again and again, and at the present only. */
  readonly isRule: boolean;
  /** The nodes around the one that is looked at, the nearest last. */
  readonly parents: readonly Expr[];
  readonly #outline: Outline;

  constructor(text: string, facts: Facts, isRule: boolean, parents: readonly Expr[] = [], outline = outlineOf(text)) {
    this.text = text;
    this.facts = facts;
    this.isRule = isRule;
    this.parents = parents;
    this.#outline = outline;
  }

  within(parent: Expr): Around {
    return new Around(this.text, this.facts, this.isRule, [...this.parents, parent], this.#outline);
  }

  written({ from, to }: Span): string {
    return this.text.slice(from, to);
  }

  /** The pieces of a node; without those of the nodes in it, where these are given. */
  pieces({ from, to }: Span, without: readonly Span[] = []): OutlinedPiece[] {
    const isIn = (piece: Span, span: Span) => span.from <= piece.from && piece.to <= span.to;
    return this.#outline.pieces.filter((piece) => isIn(piece, { from, to }) && !without.some((span) => isIn(piece, span)));
  }
}

export function insertAt(at: number, insert: string): TextEdit {
  return { from: at, to: at, insert };
}

export function replace({ from, to }: Span, insert: string): TextEdit {
  return { from, to, insert };
}
