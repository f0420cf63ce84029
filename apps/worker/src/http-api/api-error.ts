/**
 * A request that cannot be answered as asked, in Prometheus' terms. Thrown by an endpoint and its parameters,
 * turned into a reply by `endpoint` and by nobody else.
 */
export type ErrorType = 'bad_data' | 'execution' | 'timeout' | 'canceled' | 'internal' | 'forbidden' | 'unavailable';

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly type: ErrorType;

  constructor(type: ErrorType, message: string) {
    super(message);
    this.type = type;
  }

  get status(): number {
    return STATUS[this.type];
  }
}

const STATUS: Record<ErrorType, number> = {
  bad_data: 400,
  forbidden: 403,
  execution: 422,
  canceled: 499,
  internal: 500,
  timeout: 503,
  unavailable: 503,
};

/** Prometheus' words for a parameter that is wrong. */
export function badParameter(name: string, reason: string): ApiError {
  return new ApiError('bad_data', `invalid parameter ${JSON.stringify(name)}: ${reason}`);
}
