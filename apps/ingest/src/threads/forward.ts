/** Requests that the main thread answers, wherever they arrived: all threads listen on one port, and the system picks one of them. */
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Routes, sendJson } from '@tidemark/base/http';

export function forwardRoutes(mainRoutes: readonly string[], mainPort: number): Routes {
  return Object.fromEntries(
    mainRoutes.map((route) => [route, (from, to) => forward(from, to, mainPort)] satisfies [string, Routes[string]]),
  );
}

function forward(from: IncomingMessage, to: ServerResponse, mainPort: number): Promise<void> {
  return new Promise((resolve) => {
    const { method, url, headers } = from;
    const asked = request({ host: '127.0.0.1', port: mainPort, method, path: url, headers }, (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    asked.on('error', () => {
      if (!to.headersSent) sendJson(to, 503, { error: 'ingest is stopping' });
      else to.destroy();
    });
    to.on('close', () => {
      asked.destroy();
      resolve();
    });
    from.pipe(asked);
  });
}
