/** Bytes that are not what they claim to be. Thrown inside a decoder, returned by it as a value. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

export interface Malformed {
  readonly kind: 'malformed';
  readonly reason: string;
}

/** What `decode` gives, or why it could not. */
export function orMalformed<T>(what: string, decode: () => T): T | Malformed {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { kind: 'malformed', reason: `${what}: ${error.message}` };
  }
}
