import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Handler, readBody, sendText } from '@tidemark/base/http';
import { orMalformed, ProtobufWriter, snappyCompressInSlices, snappyDecompress } from '@tidemark/base/wire';
import { describeMissing, joinMissing, type QueryBudget } from '@tidemark/tsdb';
import { FORM_BYTES_MAX, READ_ANSWER_BYTES_MAX } from '../../limits.ts';
import type { QueryService } from '../../query/query-service.ts';
import { tenantOf } from '../../tenant.ts';
import { ApiError } from '../api-error.ts';
import { drained, goneSignal } from '../endpoint.ts';
import { apiError } from '../query-endpoints.ts';
import { chunkFrames, SamplesWriter } from './read-answer.ts';
import { decodeReadRequest, type ReadQuery } from './read-request.ts';

/**
 * `/api/v1/read`: Prometheus' remote read (prometheus.io/docs/prometheus/latest/querying/remote_read_api). Raw samples, stale markers
 * included, as one snappy-compressed message, or series by series as a stream of frames with XOR chunks. What is wrong is told in plain text.
 */
export function remoteReadHandler(queries: QueryService, onError: (error: unknown, request: IncomingMessage) => void): Handler {
  return async (request, response) => {
    try {
      await answerTo(queries, request, response);
    } catch (error) {
      if (!(error instanceof ApiError)) onError(error, request);
      const known = error instanceof ApiError ? error : new ApiError('internal', 'internal error: see the log of the worker');
      if (response.headersSent) response.destroy();
      else sendText(response, known.type === 'execution' ? 400 : known.status, `${known.message}\n`);
    }
  };
}

async function answerTo(queries: QueryService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const tenant = tenantOf(request);
  if (tenant === null) throw new ApiError('bad_data', 'X-Scope-OrgID names no tenant: use letters, digits and -_.');
  const asked = await readRequest(request);
  const { type } = asked;
  if (type === null) {
    throw new ApiError(
      'bad_data',
      'server does not support any of the requested response types; supported are SAMPLES and STREAMED_XOR_CHUNKS',
    );
  }
  const signal = goneSignal(response);
  const work = await queries.run('remote_read', tenant, { signal }, async (budget) => {
    if (type === 'samples') return sendSamples(queries, tenant, asked.queries, budget, response);
    return streamChunks(queries, tenant, asked.queries, budget, response, signal);
  });
  if (work.kind === 'problem') throw apiError(work.problem, 'query', '');
}

async function readRequest(request: IncomingMessage) {
  const body = await readBody(request, FORM_BYTES_MAX);
  if (body.kind === 'aborted') throw new ApiError('canceled', 'the client has gone');
  if (body.kind === 'too_large') throw new ApiError('bad_data', `the request is larger than ${body.limitBytes} bytes`);
  const message = snappyDecompress(body.bytes, FORM_BYTES_MAX);
  if (message.kind === 'too_large') throw new ApiError('bad_data', `the request is larger than ${message.limitBytes} bytes`);
  if (message.kind === 'malformed') throw new ApiError('bad_data', message.reason);
  const decoded = orMalformed('protobuf', () => ({ kind: 'request' as const, ...decodeReadRequest(message.bytes) }));
  if (decoded.kind === 'malformed') throw new ApiError('bad_data', decoded.reason);
  return decoded;
}

async function sendSamples(
  queries: QueryService,
  tenant: string,
  asked: readonly ReadQuery[],
  budget: QueryBudget,
  response: ServerResponse,
): Promise<void> {
  const writer = new SamplesWriter();
  const answer = new ProtobufWriter();
  for (const query of asked) {
    const result = new ProtobufWriter();
    for (const series of await select(queries, tenant, query, budget)) {
      await budget.breathe();
      writer.write(result, series);
      if (answer.length + result.length > READ_ANSWER_BYTES_MAX) {
        throw new ApiError(
          'bad_data',
          `the answer is larger than ${READ_ANSWER_BYTES_MAX} bytes: ask for less, or accept STREAMED_XOR_CHUNKS`,
        );
      }
    }
    answer.bytes(1, result.view());
  }
  const compressed = await snappyCompressInSlices(answer.view(), () => budget.breathe());
  response.writeHead(200, { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' }).end(compressed);
}

async function streamChunks(
  queries: QueryService,
  tenant: string,
  asked: readonly ReadQuery[],
  budget: QueryBudget,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const selected = [];
  for (const query of asked) selected.push(await select(queries, tenant, query, budget));
  response.writeHead(200, { 'Content-Type': 'application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse' });
  for (const [index, all] of selected.entries()) {
    for (const series of all) {
      for (const frame of chunkFrames(series, index)) {
        await budget.breathe();
        if (!response.write(frame)) await drained(response, signal);
      }
    }
  }
  response.end();
}

/** Sorted by labels. The protocol cannot say that an answer is in part: so it is none. */
async function select({ queryable }: QueryService, tenant: string, { matchers, range }: ReadQuery, budget: QueryBudget) {
  const selected = await queryable.select({ tenant, matchers, range }, budget);
  const missing = describeMissing(joinMissing(budget.missing));
  if (missing.length > 0) throw new ApiError('unavailable', missing.join('; '));
  return selected;
}
