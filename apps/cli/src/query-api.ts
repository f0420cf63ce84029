import { CommandFailure } from './failure.ts';
import { reasonOf } from './import/ingest.ts';
import { ANSWER_MS_MAX } from './limits.ts';

/** What a running Tidemark answers on its query API, `data` of Prometheus' envelope. Throws `CommandFailure` with a line for the user. */
export class QueryApi {
  readonly url: string;
  readonly #tenant: string;

  constructor(url: string, tenant: string) {
    this.url = url.endsWith('/') ? url : `${url}/`;
    this.#tenant = tenant;
  }

  async get<T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
    const address = new URL(`api/v1/${path}`, this.url);
    const hasBody = Object.keys(parameters).length > 0;
    let response: Response;
    let body: Envelope<T>;
    try {
      response = await fetch(address, {
        method: hasBody ? 'POST' : 'GET',
        headers: { 'X-Scope-OrgID': this.#tenant },
        ...(hasBody && { body: new URLSearchParams(parameters) }),
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      body = (await response.json()) as Envelope<T>;
    } catch (error) {
      throw new CommandFailure(
        `the query API at ${this.url} does not answer (${reasonOf(error)}): start Tidemark, or say where with --query URL`,
      );
    }
    if (body.status === 'success') return body.data;
    throw new CommandFailure(`${address.href} answers ${response.status}: ${body.error}`);
  }
}

type Envelope<T> = { readonly status: 'success'; readonly data: T } | { readonly status: 'error'; readonly error: string };
