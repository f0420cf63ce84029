/** The product, started with the README's command on a folder and ports of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@tidemark/base/testing';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Product {
  readonly webUrl: string;
  readonly ingestUrl: string;
  readonly queryUrl: string;
  readonly process: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface ProductOptions {
  readonly dataDir: string;
  readonly port?: number;
  readonly args?: readonly string[];
}

export function spawnProduct(options: ProductOptions & { port: number }): Product {
  const { port } = options;
  const child = spawn('npm', ['start', '--', '--port', String(port), '--data', options.dataDir, ...(options.args ?? [])], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // As a terminal does: one group, so that stop() reaches all of it.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  const stop = () => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT');
  };
  // A test that failed has not stopped it.
  process.once('exit', stop);
  const exited = new Promise<number | null>((resolve) =>
    child.on('exit', (code) => {
      process.off('exit', stop);
      resolve(code);
    }),
  );
  return {
    webUrl: `http://127.0.0.1:${port}`,
    ingestUrl: `http://127.0.0.1:${port + 1}`,
    queryUrl: `http://127.0.0.1:${port + 2}`,
    process: child,
    output: () => output,
    stop: () => {
      stop();
      return exited;
    },
  };
}

/** Resolves when it has printed its address. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const product = spawnProduct({ ...options, port: options.port ?? (await freePorts()) });
  try {
    await waitFor(
      'Tidemark to print its address',
      () => {
        if (product.process.exitCode !== null) throw new Error(`npm start ended with ${product.process.exitCode}:\n${product.output()}`);
        return product.output().includes('Tidemark is running');
      },
      180_000,
    );
  } catch (error) {
    await product.stop();
    throw new Error(`${(error as Error).message}\n${product.output()}`);
  }
  return product;
}

/** The first of three free ports in a row. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if ((await Promise.all([port, port + 1, port + 2].map(isFree))).every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}
