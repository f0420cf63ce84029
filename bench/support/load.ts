/** A bounded load of remote-write requests over kept-alive connections. */
import { Agent, request } from 'node:http';
import { encodeWriteRequest } from '@tidemark/tests/remote-write';

export const CONNECTIONS = 8;
const SERIES_PER_REQUEST = 2000;
const BATCHED_SERIES_PER_REQUEST = 200;

/** A fleet's series: eight labels, as a node exporter's have them. */
export function fleetLabels(index: number): Record<string, string> {
  const host = Math.floor(index / 700);
  const metric = index % 700;
  return {
    __name__: `node_bench_metric_${metric % 140}_total`,
    job: 'node',
    instance: `web-${String(host).padStart(5, '0')}.eu-central-1.example.net:9100`,
    datacenter: `eu-central-1${'abc'[host % 3]}`,
    environment: 'production',
    device: `nvme${Math.floor(metric / 140)}n1`,
    mode: ['user', 'system', 'idle', 'iowait', 'steal'][metric % 5],
    team: `team-${host % 17}`,
  };
}

/** The bodies of one round: one sample for each of `seriesCount` series, half of them changing. */
export function roundBodies(seriesCount: number, round: number, timeMs: number): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let from = 0; from < seriesCount; from += SERIES_PER_REQUEST) {
    const series = Array.from({ length: Math.min(SERIES_PER_REQUEST, seriesCount - from) }, (_, i) => {
      const index = from + i;
      return { labels: fleetLabels(index), samples: [{ timeMs, value: index % 2 === 0 ? index : index + round * (1 + (index % 13)) }] };
    });
    bodies.push(encodeWriteRequest(series));
  }
  return bodies;
}

/** The bodies of a sender that gathers: `samplesPerSeries` samples of each of 200 series a request, one a second until `timeMs`. */
export function batchBodies(seriesCount: number, samplesPerSeries: number, round: number, timeMs: number): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let from = 0; from < seriesCount; from += BATCHED_SERIES_PER_REQUEST) {
    const series = Array.from({ length: BATCHED_SERIES_PER_REQUEST }, (_, i) => {
      const index = from + i;
      const samples = Array.from({ length: samplesPerSeries }, (_, k) => {
        const turn = round * samplesPerSeries + k;
        return { timeMs: timeMs - (samplesPerSeries - 1 - k) * 1000, value: index % 2 === 0 ? index : index + turn * (1 + (index % 13)) };
      });
      return { labels: fleetLabels(index), samples };
    });
    bodies.push(encodeWriteRequest(series));
  }
  return bodies;
}

/** Sends all, `CONNECTIONS` at a time; a series stays on its connection. Resolves with each request's milliseconds. */
export async function sendAll(ingestUrl: string, bodies: readonly Uint8Array[]): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const elapsed: number[] = [];
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, connection) => {
      for (let i = connection; i < bodies.length; i += CONNECTIONS) {
        const from = performance.now();
        await post(agent, `${ingestUrl}/api/v1/write`, bodies[i]);
        elapsed.push(performance.now() - from);
      }
    }),
  );
  agent.destroy();
  return elapsed;
}

function post(agent: Agent, url: string, body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        agent,
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-protobuf',
          'Content-Encoding': 'snappy',
          'X-Prometheus-Remote-Write-Version': '0.1.0',
          'Content-Length': body.length,
        },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => (answer.statusCode! < 300 ? resolve() : reject(new Error(`remote write answered ${answer.statusCode}`))));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
