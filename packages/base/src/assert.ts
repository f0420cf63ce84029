/** A bug in Tidemark: thrown by `assert`, never caught to go on as if nothing had happened. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** States what must be true here. A failure is a bug, never bad input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The branch that the type checker has proved empty. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${JSON.stringify(value)}`);
}
