/**
 * `POST /api/v1/write`: Prometheus remote write 1.0 and 2.0 (prometheus.io/docs/specs/prw), told apart by Content-Type.
 *
 * 204 once everything is durable; 400 when the request is broken, or when some of its series are not valid (the others
 * are durable, and the first bad one is named); 415 for what is not spoken here; 503 with Retry-After when the log is full.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, release } from '@tidemark/base';
import { readBody, sendText } from '@tidemark/base/http';
import { RemoteWriteDecoder } from '../decode/remote-write-decoder.ts';
import type { IngestFeatures } from '../features.ts';
import type { RemoteWriteVersion } from '../kernel/remote-write-kernel.ts';
import { REQUEST_BYTES_MAX } from '../limits.ts';
import type { Publisher } from '../publish/publisher.ts';
import type { ProtocolMetrics, PushMetrics } from './metrics.ts';
import { sendRetryLater, takeIn, type Written } from './take-in.ts';
import { tenantOf } from './tenant.ts';

export class RemoteWriteEndpoint {
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #metrics: PushMetrics;
  readonly #versions: Readonly<Record<RemoteWriteVersion, VersionParts>>;

  constructor(publisher: Publisher, clock: Clock, metrics: PushMetrics, features?: IngestFeatures) {
    this.#publisher = publisher;
    this.#clock = clock;
    this.#metrics = metrics;
    const partsOf = (version: RemoteWriteVersion, decoder: RemoteWriteDecoder) => ({
      version,
      decoder,
      metrics: metrics.protocol(`remote_write_${version}`),
    });
    this.#versions = {
      '1.0': partsOf('1.0', new RemoteWriteDecoder('1.0')),
      '2.0': partsOf('2.0', new RemoteWriteDecoder('2.0', { features })),
    };
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers } = request;
    const version = versionOf(headers['content-type']);
    if (version === null)
      return unsupported(request, response, 'Content-Type', 'application/x-protobuf, also with proto=io.prometheus.write.v2.Request');
    // Without the header it is snappy too, as the first senders did not say so.
    if ((headers['content-encoding'] ?? 'snappy') !== 'snappy') return unsupported(request, response, 'Content-Encoding', 'snappy');

    const beganMs = this.#clock.monotonicMs();
    const parts = this.#versions[version];
    await this.#answer(request, response, parts);
    parts.metrics.answered(response.statusCode, this.#clock.monotonicMs() - beganMs);
  }

  async #answer(request: IncomingMessage, response: ServerResponse, { version, decoder }: VersionParts): Promise<void> {
    if (version === '2.0') sayWritten(response, { samples: 0, histograms: 0, exemplars: 0 });
    const tenant = tenantOf(request);
    if (tenant === null) return sendText(response, 400, 'X-Scope-OrgID is no valid tenant name\n');
    const body = await readBody(request, REQUEST_BYTES_MAX);
    if (body.kind === 'aborted') return;
    if (body.kind === 'too_large') return sendText(response, 400, `the request is larger than ${body.limitBytes} bytes\n`);
    const decoded = decoder.decode(body.bytes);
    release(body.bytes);
    if (decoded.kind === 'too_large') {
      return sendText(response, 400, `the request is ${decoded.bytes} bytes decompressed, ${decoded.limitBytes} are allowed\n`);
    }
    if (decoded.kind === 'malformed') return sendText(response, 400, `${decoded.reason}\n`);

    const taken = await takeIn(tenant, decoded, this.#publisher, this.#metrics);
    if (taken.kind === 'refused') return sendRetryLater(response, taken);
    if (version === '2.0') sayWritten(response, taken);
    if (taken.kind === 'partly') return sendText(response, 400, `${taken.reason}\n`);
    response.writeHead(204).end();
  }
}

interface VersionParts {
  readonly version: RemoteWriteVersion;
  readonly decoder: RemoteWriteDecoder;
  readonly metrics: ProtocolMetrics;
}

/** Null when the type is another one. */
function versionOf(contentType = 'application/x-protobuf'): RemoteWriteVersion | null {
  if (contentType === 'application/x-protobuf') return '1.0'; // Fast path: what 1.0 says.
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'application/x-protobuf') return null;
  const proto = parameters.find((parameter) => parameter.startsWith('proto='))?.slice('proto='.length);
  if (proto === undefined || proto === 'prometheus.writerequest') return '1.0';
  return proto === 'io.prometheus.write.v2.request' ? '2.0' : null;
}

function unsupported(request: IncomingMessage, response: ServerResponse, header: string, supported: string): void {
  request.resume();
  sendText(response, 415, `${header} must be ${supported}\n`);
}

function sayWritten(response: ServerResponse, { samples, histograms, exemplars }: Written): void {
  response.setHeader('X-Prometheus-Remote-Write-Samples-Written', samples);
  response.setHeader('X-Prometheus-Remote-Write-Histograms-Written', histograms);
  response.setHeader('X-Prometheus-Remote-Write-Exemplars-Written', exemplars);
}
