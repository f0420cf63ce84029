// Where the project is, and the Node that it brings.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The project's own Node, installed through npm: services need its type stripping. */
export function projectNode() {
  return join(ROOT, 'node_modules/.bin/node');
}

/** The environment of every child: its tools first, and nobody calls home. */
export function projectEnvironment() {
  return {
    ...process.env,
    PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NEXT_TELEMETRY_DISABLED: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  };
}

export function isInstalled() {
  return existsSync(projectNode());
}
