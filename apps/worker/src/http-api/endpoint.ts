import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { systemClock } from '@tidemark/base';
import { type Handler, sendText } from '@tidemark/base/http';
import type { MissingStretch } from '@tidemark/tsdb';
import { PLAIN_REPLY_CHARS_MAX, REPLY_PIECE_CHARS } from '../limits.ts';
import { tenantOf } from '../tenant.ts';
import { ApiError } from './api-error.ts';
import { bodyFor, compressed, encodingFor } from './compressed-body.ts';
import { Parameters } from './parameters.ts';

/**
 * One endpoint of the API: from a request to Prometheus' envelope.
 *
 *   {"status":"success","data":…,"warnings":[…],"infos":[…],"resolution":[…],"missing":[…]}
 *   {"status":"error","errorType":"bad_data","error":"…"}
 *
 * Null: done, and nothing to say (204).
 */
export type Endpoint = (asked: Asked) => Promise<Answer | null> | Answer | null;

export interface Asked {
  readonly tenant: string;
  readonly parameters: Parameters;
  /** Segments of the path. */
  readonly path: Readonly<Record<string, string>>;
  /** The page that asks, when a browser does. */
  readonly origin: string | undefined;
  /** Aborts when the client goes before it has its answer. */
  readonly signal: AbortSignal;
}

export interface Answer {
  /** JSON in pieces, sent one after the other as the client takes them. */
  readonly data: Iterable<string>;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
  /** Which data the stretches of a query's answer are made of. */
  readonly resolution?: readonly unknown[];
  /** Samples that the answer is without. */
  readonly missing?: readonly MissingStretch[];
}

/** An answer that is small enough to be written at once. */
export function answer(data: unknown): Answer {
  return { data: [JSON.stringify(data)] };
}

export function endpoint(handle: Endpoint, onError: (error: unknown, request: IncomingMessage) => void): Handler {
  return async (request, response, route) => {
    allowOrigins(request, response);
    try {
      const tenant = tenantOf(request);
      if (tenant === null) throw new ApiError('bad_data', 'X-Scope-OrgID names no tenant: use letters, digits and -_.');
      const signal = goneSignal(response);
      const parameters = await Parameters.read(request, route.url);
      const answer = await handle({ tenant, parameters, path: route.params, origin: request.headers.origin, signal });
      if (answer === null) response.writeHead(204).end();
      else await sendAnswer(request, response, answer, signal);
    } catch (error) {
      if (!(error instanceof ApiError)) onError(error, request);
      if (response.headersSent) response.destroy();
      else sendError(response, error instanceof ApiError ? error : new ApiError('internal', 'internal error: see the log of the worker'));
    }
  };
}

/** The answer to a browser's question whether it may ask. */
export const preflight: Handler = (request, response) => {
  allowOrigins(request, response);
  response.writeHead(204).end();
};

/** The path is there, for these methods. */
export function notAllowed(methods: string): Handler {
  return (request, response) => {
    allowOrigins(request, response);
    response.setHeader('Allow', methods);
    sendText(response, 405, 'Method Not Allowed\n');
  };
}

export const notFound: Handler = (request, response) => {
  allowOrigins(request, response);
  sendText(response, 404, '404 page not found\n');
};

function allowOrigins(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Vary', 'Origin, Accept-Encoding');
  if (request.headers.origin === undefined) return;
  response.setHeader('Access-Control-Allow-Headers', 'Accept, Authorization, Content-Type, Origin, X-Scope-OrgID');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Access-Control-Expose-Headers', 'Date');
}

/** Aborts when the client goes before it has its answer. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}

async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { data, warnings = [], infos = [], resolution = [], missing = [] }: Answer,
  signal: AbortSignal,
): Promise<void> {
  let body: Writable | null = null;
  let text = '{"status":"success","data":';
  for (const piece of data) {
    text += piece;
    if (text.length < REPLY_PIECE_CHARS) continue;
    body ??= beginPieces(request, response);
    const flows = body.write(Buffer.from(text));
    text = '';
    // Making a piece takes a millisecond or two.
    if (flows) await systemClock.turn();
    else await drained(body, signal);
    if (signal.aborted) return;
  }
  const notes = (name: string, texts: readonly unknown[]) => (texts.length === 0 ? '' : `,"${name}":${JSON.stringify(texts)}`);
  const told = [
    notes('warnings', warnings),
    notes('infos', infos),
    notes('resolution', resolution),
    notes('missing', missing.map(stretchJson)),
  ];
  text += `${told.join('')}}`;
  if (body === null) sendWhole(request, response, text);
  else body.end(Buffer.from(text));
}

function beginPieces(request: IncomingMessage, response: ServerResponse): Writable {
  response.setHeader('Content-Type', 'application/json');
  return bodyFor(request, response);
}

/** Fast path: what is small goes in one write, and says its length. */
function sendWhole(request: IncomingMessage, response: ServerResponse, text: string): void {
  const encoding = text.length <= PLAIN_REPLY_CHARS_MAX ? null : encodingFor(request);
  if (encoding === null) {
    sendText(response, 200, text, 'application/json');
    return;
  }
  const bytes = compressed(text, encoding);
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': encoding, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** Times as the API has them, in seconds. */
function stretchJson({ fromMs, toMs, reason }: MissingStretch): object {
  return { start: fromMs / 1000, end: toMs / 1000, reason };
}

/** Until the client has taken what was written, or has gone. */
export function drained(body: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      body.removeListener('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    body.once('drain', done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

function sendError(response: ServerResponse, error: ApiError): void {
  const body = { status: 'error', errorType: error.type, error: error.message };
  response.removeHeader('Content-Encoding'); // Of an answer that was not begun.
  sendText(response, error.status, JSON.stringify(body), 'application/json');
}
