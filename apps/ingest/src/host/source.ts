import { SLOW_PARTS_REFRESH_MS } from './limits.ts';
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
  procList(path: string): Promise<readonly string[]>;
  /** Below /sys. */
  sys(path: string): Promise<string>;
  sysList(path: string): Promise<readonly string[]>;
  /** The path without symbolic links. */
  sysReal(path: string): Promise<string>;
  /** Below /. */
  root(path: string): Promise<string>;
}

/** A source that is nothing but a file of /proc and its parser. */
export function procSource(collector: string, path: string, parse: (text: string) => readonly Reading[]): HostSource {
  return { collector, read: async (files) => parse(await files.proc(path)) };
}

/** Asked now and then only; in between it says again what it said, be it that it is not there. */
export function slowSource({ collector, read }: HostSource): HostSource {
  let last: { readonly atMs: number; readonly readings: Promise<readonly Reading[]> } | null = null;
  return {
    collector,
    read(files) {
      // The clock may have been set back.
      if (last === null || Math.abs(files.nowMs - last.atMs) >= SLOW_PARTS_REFRESH_MS) last = { atMs: files.nowMs, readings: read(files) };
      return last.readings;
    },
  };
}
