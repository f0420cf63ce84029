import { RESTORE_DAYS, RESTORE_DAYS_MAX } from '../limits.ts';
import type { Administration } from '../maintain/administration.ts';
import { ApiError, badParameter } from './api-error.ts';
import { answer, type Endpoint } from './endpoint.ts';
import { rangeOf, selectorsOf } from './series-endpoints.ts';

/** `/api/v1/admin/tsdb/delete_series`: samples of the series that match any of the selectors, between two times. */
export function deleteSeriesEndpoint(administration: Administration): Endpoint {
  return fromPrograms(async (asked) => {
    const selectors = selectorsOf(asked, 'match[]');
    if (selectors.length === 0) throw new ApiError('bad_data', 'no match[] parameter provided');
    const outcome = await administration.deleteSamples({ tenant: asked.tenant, selectors, range: rangeOf(asked) });
    if (outcome.kind === 'refused') throw new ApiError('unavailable', outcome.reason);
    return null;
  });
}

/** `/api/v1/admin/tsdb/clean_tombstones`: frees the space of what has been deleted, and answers when that is done. */
export function cleanTombstonesEndpoint(administration: Administration): Endpoint {
  return fromPrograms(async () => {
    const outcome = await administration.cleanTombstones();
    if (outcome.kind === 'refused') throw new ApiError('unavailable', outcome.reason);
    return null;
  });
}

/** `/api/v1/admin/tsdb/snapshot`: the whole store, all tenants, as another data folder beside it. */
export function snapshotEndpoint(administration: Administration): Endpoint {
  return fromPrograms(async ({ parameters }) => {
    const text = parameters.text('skip_head');
    const skipHead = TRUE.has(text);
    if (!skipHead && text !== '' && !FALSE.has(text)) {
      throw badParameter('skip_head', `unable to parse boolean strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
    }
    const taken = await administration.snapshot(skipHead);
    if (taken.kind === 'refused') throw new ApiError('unavailable', taken.reason);
    return answer({ name: taken.name });
  });
}

/** `/api/v1/admin/tsdb/restore`: has blocks brought back that lie in an archive, for some days. */
export function restoreEndpoint(administration: Administration): Endpoint {
  return fromPrograms(async (asked) => {
    const text = asked.parameters.text('days');
    const days = text === '' ? RESTORE_DAYS : Number(text);
    if (!Number.isInteger(days) || days < 1 || days > RESTORE_DAYS_MAX)
      throw badParameter('days', `a number from 1 to ${RESTORE_DAYS_MAX} is wanted, not ${JSON.stringify(text)}`);
    const outcome = await administration.restoreArchived(asked.tenant, rangeOf(asked), days);
    if (outcome.kind === 'refused') throw new ApiError('unavailable', outcome.reason);
    return answer(
      outcome.blocks.map(({ id, fromMs, toMs, bytes, state }) => ({ id, start: fromMs / 1000, end: toMs / 1000, bytes, state })),
    );
  });
}

/** What Go takes for either. */
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Browsers name the page that asks: a page that somebody happens to open must not delete what its browser can reach. */
function fromPrograms(handle: Endpoint): Endpoint {
  return (asked) => {
    if (asked.origin !== undefined)
      throw new ApiError('forbidden', 'admin APIs are not for pages in a browser: ask without an Origin header');
    return handle(asked);
  };
}
