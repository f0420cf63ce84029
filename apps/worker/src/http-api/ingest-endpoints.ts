import type { Matcher } from '@tidemark/tsdb/model';
import { type IngestClient, IngestUnavailableError } from '../status/ingest-client.ts';
import { ApiError } from './api-error.ts';
import { answer, type Endpoint } from './endpoint.ts';
import { selectorOf } from './series-endpoints.ts';

/** What only ingest knows. While it does not answer, these are unavailable. */

/** `/api/v1/targets`. */
export function targetsEndpoint(ingest: IngestClient): Endpoint {
  return asked(({ parameters }) => {
    const query = ['state', 'scrapePool'].map((name) => [name, parameters.text(name)]).filter(([, value]) => value !== '');
    return ingest.targets(Object.fromEntries(query));
  });
}

/** `/api/v1/targets/metadata`: what targets say of their metrics. */
export function targetMetadataEndpoint(ingest: IngestClient): Endpoint {
  return asked(({ parameters }) => {
    const limit = parameters.text('limit');
    if (!/^([+-]?\d{1,15})?$/.test(limit)) throw new ApiError('bad_data', 'limit must be a number');
    const selector = parameters.text('match_target');
    const matchers: readonly Matcher[] = selector === '' ? [] : selectorOf('match_target', selector);
    return ingest.targetMetadata(matchers, parameters.text('metric'), limit === '' ? -1 : Number(limit));
  });
}

/** `/api/v1/scrape_pools`. */
export function scrapePoolsEndpoint(ingest: IngestClient): Endpoint {
  return asked(() => ingest.scrapePools());
}

/** `/api/v1/status/config`. */
export function configEndpoint(ingest: IngestClient): Endpoint {
  return asked(() => ingest.config());
}

function asked(ask: (...from: Parameters<Endpoint>) => Promise<unknown>): Endpoint {
  return async (from) => {
    try {
      return answer(await ask(from));
    } catch (error) {
      if (error instanceof IngestUnavailableError) throw new ApiError('unavailable', error.message);
      throw error;
    }
  };
}
