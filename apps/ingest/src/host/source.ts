import type { Reading } from './reading.ts';

/** One part of the host: read once in each round. Rejects when it is not there; that costs its own readings only. */
export interface HostSource {
  /** As node_exporter names its collectors. */
  readonly collector: string;
  read(files: HostFiles): Promise<readonly Reading[]>;
}

/** The kernel's files in one round; a file that two sources need is read once. */
export interface HostFiles {
  readonly nowMs: number;
  /** Below /proc. */
  proc(path: string): Promise<string>;
  /** Below /sys. */
  sys(path: string): Promise<string>;
  sysList(path: string): Promise<readonly string[]>;
  /** Below /. */
  root(path: string): Promise<string>;
}

/** A source that is nothing but a file of /proc and its parser. */
export function procSource(collector: string, path: string, parse: (text: string) => readonly Reading[]): HostSource {
  return { collector, read: async (files) => parse(await files.proc(path)) };
}
