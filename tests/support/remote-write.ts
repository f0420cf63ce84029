/// <reference path="./snappyjs.d.ts" />
/** A sender of remote write 1.0, independent of the product's decoder. Spec: prometheus.io/docs/specs/prw/remote_write_spec. */
import { ByteWriter } from '@tidemark/base';
import { compress } from 'snappyjs';

export { compress };

export interface SeriesToSend {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly SampleToSend[];
}

/** `bits`, where they count: a stale marker's do not survive as a number. */
export type SampleToSend = { readonly timeMs: number } & ({ readonly value: number } | { readonly bits: bigint });

/** A `prometheus.WriteRequest`, compressed as it travels. */
export function encodeWriteRequest(series: readonly SeriesToSend[]): Uint8Array {
  const request = new ByteWriter(64 * 1024);
  for (const one of series) message(request, 1, encodeSeries(one));
  return compress(request.finish());
}

export async function sendWriteRequest(ingestUrl: string, body: Uint8Array, tenant?: string): Promise<Response> {
  return fetch(`${ingestUrl}/api/v1/write`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-protobuf',
      'Content-Encoding': 'snappy',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
      ...(tenant === undefined ? {} : { 'X-Scope-OrgID': tenant }),
    },
    body: body as Uint8Array<ArrayBuffer>,
  });
}

/** One sample of one series, acknowledged. */
export async function writeSample(
  ingestUrl: string,
  labels: Readonly<Record<string, string>>,
  value: number,
  timeMs = Date.now(),
): Promise<void> {
  const response = await sendWriteRequest(ingestUrl, encodeWriteRequest([{ labels, samples: [{ timeMs, value }] }]));
  if (!response.ok) throw new Error(`remote write answered ${response.status}: ${await response.text()}`);
}

function encodeSeries({ labels, samples }: SeriesToSend): Uint8Array {
  const series = new ByteWriter();
  for (const name of Object.keys(labels).sort()) {
    const label = new ByteWriter();
    text(label, 1, name);
    text(label, 2, labels[name]);
    message(series, 1, label.view());
  }
  for (const toSend of samples) {
    const sample = new ByteWriter(20);
    sample.u8((1 << 3) | 1);
    if ('bits' in toSend) sample.f64s(new Float64Array(BigUint64Array.of(toSend.bits).buffer));
    else sample.f64(toSend.value);
    sample.u8((2 << 3) | 0);
    sample.varint(toSend.timeMs);
    message(series, 2, sample.view());
  }
  return series.finish();
}

function message(into: ByteWriter, field: number, bytes: Uint8Array): void {
  into.u8((field << 3) | 2);
  into.varint(bytes.length);
  into.bytes(bytes);
}

function text(into: ByteWriter, field: number, value: string): void {
  into.u8((field << 3) | 2);
  into.string(value);
}
