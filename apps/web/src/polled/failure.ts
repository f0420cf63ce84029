/** A request that failed, in words: whether the worker said no, or nobody answered at all. */
export interface Failure {
  readonly title: string;
  readonly message: string;
}

/** `data` is there when the error came from the worker itself, as tRPC sends it. */
export interface RequestError {
  readonly message: string;
  readonly data?: unknown;
}

/** `noun`: what was asked for. */
export function failureOf(error: RequestError, noun: string): Failure {
  if (error.data != null) return { title: `The worker could not give ${noun}`, message: error.message };
  return { title: `No ${noun}: the worker does not answer`, message: 'Is it running? It is asked again by itself.' };
}
