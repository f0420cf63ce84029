import type { DiscoverySettings, TargetGroup } from '../prometheus-config/job.ts';
import { createHttpClient } from '../scrape/http-client.ts';
import { DISCOVERY_BODY_BYTES_MAX, DISCOVERY_TIMEOUT_MS } from '../scrape/limits.ts';
import type { DiscoveryPorts } from './discover.ts';
import { type GroupsResult, readGroups } from './groups.ts';

type HttpSource = Extract<DiscoverySettings, { kind: 'http' }>;

/** Asks a server for its targets, again and again. Failing, it keeps the last good answer. */
export async function followHttp(
  source: HttpSource,
  { clock, warn }: DiscoveryPorts,
  update: (groups: readonly TargetGroup[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const client = createHttpClient(source.http);
  const request = {
    url: source.url,
    headers: {
      Accept: 'application/json',
      'Accept-Encoding': 'gzip',
      'User-Agent': 'Tidemark',
      'X-Prometheus-Refresh-Interval-Seconds': String(source.refreshMs / 1000),
    },
    timeoutMs: DISCOVERY_TIMEOUT_MS,
    bodyBytesMax: DISCOVERY_BODY_BYTES_MAX,
  };
  let last = null as { readonly body: string; readonly groups: readonly TargetGroup[] } | null;
  let lastFailure: string | null = null;
  while (!signal.aborted) {
    const answer = await client.get(request, signal);
    if (signal.aborted) break;
    const body = answer.kind === 'body' ? answer.bytes.toString() : null;
    if (body === null || body !== last?.body) {
      const result: GroupsResult = answer.kind === 'failed' ? { kind: 'invalid', reason: answer.reason } : parseGroups(source.url, body!);
      if (result.kind === 'groups') {
        last = { body: body!, groups: result.groups };
        update(result.groups);
        lastFailure = null;
      } else {
        if (result.reason !== lastFailure) warn(`${source.url}: ${result.reason}; its last good targets stay in use`);
        if (lastFailure === null && last === null) update([]); // The job's other sources do not wait for this one.
        lastFailure = result.reason;
      }
    } else {
      lastFailure = null;
    }
    await clock.sleep(source.refreshMs, signal);
  }
  client.close();
}

function parseGroups(url: string, body: string): GroupsResult {
  try {
    return readGroups(JSON.parse(body), { __meta_url: url });
  } catch (error) {
    return { kind: 'invalid', reason: (error as Error).message };
  }
}
