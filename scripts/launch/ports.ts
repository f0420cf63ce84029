import { createServer } from 'node:net';
import { LaunchRefusedError } from './refused.ts';

/** The web, ingest and the query API, in this order from `port` on. Refused when one is taken. */
export async function checkPorts(host: string, port: number): Promise<void> {
  for (let offset = 0; offset < 3; offset++) {
    const code = await probe(host, port + offset);
    if (code === null) continue;
    if (code === 'EADDRINUSE') {
      throw new LaunchRefusedError(`port ${port + offset} is taken: stop what uses it, or choose others with --port N`);
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new LaunchRefusedError(`${host} is no address of this machine: see --listen`);
    if (code === 'EACCES') throw new LaunchRefusedError(`port ${port + offset} needs more rights: choose one above 1023 with --port N`);
    throw new LaunchRefusedError(`cannot listen on ${host}:${port + offset} (${code})`);
  }
}

/** Null when the port is free, else the system's error code. */
function probe(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}
