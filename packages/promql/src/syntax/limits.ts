/** Parentheses, calls and operators within each other. Far above what people write, far below what a call stack holds. */
export const NESTING_MAX = 200;

/** Characters of one expression: reading more would hold up everything else, and nobody reads it. */
export const EXPRESSION_LENGTH_MAX = 1 << 17;

/** Operators and subqueries of one expression: a chain of them is a tree as deep, and every walk over it recurses. */
export const OPERATORS_MAX = 1000;
