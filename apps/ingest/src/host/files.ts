import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostFiles } from './source.ts';

export interface HostPaths {
  readonly procPath: string;
  readonly sysPath: string;
  readonly rootPath: string;
}

/** The real files, for one round. */
export function hostFiles({ procPath, sysPath, rootPath }: HostPaths, nowMs: number): HostFiles {
  const texts = new Map<string, Promise<string>>();
  const once = (path: string) => {
    let text = texts.get(path);
    if (text === undefined) {
      text = readFile(path, 'utf8');
      texts.set(path, text);
    }
    return text;
  };
  return {
    nowMs,
    proc: (path) => once(join(procPath, path)),
    procList: (path) => readdir(join(procPath, path)),
    sys: (path) => once(join(sysPath, path)),
    sysList: (path) => readdir(join(sysPath, path)),
    sysReal: (path) => realpath(join(sysPath, path)),
    root: (path) => once(join(rootPath, path)),
  };
}
