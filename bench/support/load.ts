/** A bounded load of remote-write requests over kept-alive connections. */
import { Agent, request } from 'node:http';
import { ByteWriter } from '@tidemark/base';
import { compress } from '@tidemark/tests/remote-write';

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
  return batchBodies(seriesCount, 1, round, timeMs, SERIES_PER_REQUEST);
}

/** The bodies of a sender that gathers: `samplesPerSeries` samples of each of 200 series a request, one a second until `timeMs`. */
export function batchBodies(
  seriesCount: number,
  samplesPerSeries: number,
  round: number,
  timeMs: number,
  seriesPerRequest = BATCHED_SERIES_PER_REQUEST,
): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let from = 0; from < seriesCount; from += seriesPerRequest) {
    message.reset();
    for (let index = from; index < Math.min(from + seriesPerRequest, seriesCount); index++) {
      const labels = labelBytes(index);
      message.u8(0x0a);
      message.varint(labels.length + samplesPerSeries * SAMPLE_BYTES);
      message.bytes(labels);
      for (let k = 0; k < samplesPerSeries; k++) {
        const turn = round * samplesPerSeries + k;
        writeSample(index % 2 === 0 ? index : index + turn * (1 + (index % 13)), timeMs - (samplesPerSeries - 1 - k) * 1000);
      }
    }
    bodies.push(compress(message.view()));
  }
  return bodies;
}

/**
 * A loader shares the machine with what it measures, so it writes its requests by hand: `prometheus.WriteRequest` is a list of
 * timeseries = 1 {labels = 1 {name = 1, value = 2}, samples = 2 {double value = 1, int64 timestamp = 2}}.
 */
const message = new ByteWriter(1024 * 1024);
const labelsOf = new Map<number, Uint8Array>();

function labelBytes(index: number): Uint8Array {
  const known = labelsOf.get(index);
  if (known !== undefined) return known;
  const writer = new ByteWriter();
  const labels = fleetLabels(index);
  for (const name of Object.keys(labels).sort()) {
    writer.u8(0x0a);
    writer.varint(4 + name.length + labels[name].length);
    for (const [tag, text] of [
      [0x0a, name],
      [0x12, labels[name]],
    ] as const) {
      writer.u8(tag);
      writer.string(text);
    }
  }
  const bytes = writer.finish();
  if (index < KEPT_LABELS) labelsOf.set(index, bytes);
  return bytes;
}

/** Times have six bytes until 2109. */
function writeSample(value: number, timeMs: number): void {
  message.u8(0x12);
  message.u8(SAMPLE_BYTES - 2);
  message.u8(0x09);
  message.f64(value);
  message.u8(0x10);
  message.varint(timeMs);
}

const SAMPLE_BYTES = 18;
/** More would be more memory than it is worth. */
const KEPT_LABELS = 200_000;

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
