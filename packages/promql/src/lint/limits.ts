/**
 * Longer expressions are evaluated, not looked at: every check looks at the pieces of every node, some tens of milliseconds at this length.
 * What people write is a tenth of it.
 */
export const LINTED_LENGTH_MAX = 10_000;
