/**
 * A disk in memory that keeps no more than a real one promises: bytes are safe once their file is synced, names once their
 * folder is, a failed sync loses what it was to save, and a crash of the machine keeps any part of the rest. It can be full,
 * refuse, write half, and rot. Processes reach it through `filesOf`; it survives them.
 */
import type { Files, OpenFile } from '../files/files.ts';
import { FileNode } from './file-node.ts';
import { FolderNode, NameTree, type Node } from './name-tree.ts';
import type { Process, Simulation } from './simulation.ts';

/** How often each operation fails, from 0 to 1, and with what. */
export interface DiskFaults {
  readonly write: number;
  readonly sync: number;
  /** Making, renaming and removing names, and syncing folders. */
  readonly names: number;
  readonly code: 'EIO' | 'ENOSPC';
}

export const NO_FAULTS: DiskFaults = { write: 0, sync: 0, names: 0, code: 'EIO' };

export class SimulatedDisk {
  faults: DiskFaults = NO_FAULTS;
  /** Beyond it, writes fail with `ENOSPC`. */
  capacityBytes = Number.POSITIVE_INFINITY;
  readonly #simulation: Simulation;
  readonly #names = new NameTree();
  readonly #locks = new Map<string, Process>();
  readonly #open = new Map<Process, number>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  filesOf(process: Process): Files {
    const names = this.#names;
    const naming = <T>(what: string, work: () => T): Promise<T> =>
      process.later(what, () => {
        this.#mayFail(this.faults.names, what);
        return work();
      });
    return {
      open: (path, use) => process.later(`open ${path} to ${use}`, () => this.#openFile(process, path, use)),
      read: (path) => process.later(`read ${path}`, () => Buffer.from(this.#readable(this.#file(path), path, 0).all())),
      list: (path) => process.later(`list ${path}`, () => [...this.#folder(path).entries.keys()].sort()),
      makeFolder: (path) => naming(`make ${path}`, () => this.#makeFolder(path)),
      rename: (from, to) =>
        naming(`rename ${from} ${to}`, () => {
          const node = this.#node(from);
          names.change({ ...this.#place(from), node: null }, { ...this.#place(to), node });
        }),
      link: (from, to) =>
        naming(`link ${from} ${to}`, () => {
          const node = this.#file(from);
          if (names.find(to) !== undefined) throw failure('EEXIST', to);
          names.change({ ...this.#place(to), node });
        }),
      remove: (path) => naming(`remove ${path}`, () => void (this.#file(path) && names.change({ ...this.#place(path), node: null }))),
      removeFolder: (path) => this.#removeFolder(naming, path),
      syncFolder: (path) => naming(`sync ${path}`, () => names.sync(this.#folder(path))),
      watch: (path, onChange) => this.#watch(process, path, onChange),
      lock: (path, use) => process.later(`lock ${path} for ${use}`, () => this.#lock(process, `${path} ${use}`)),
    };
  }

  /** How many files a process has open. */
  openFiles(process: Process): number {
    return this.#open.get(process) ?? 0;
  }

  /** The machine stops at once: only what the platter has is there afterwards. Kill its processes first. */
  losePower(): void {
    this.#simulation.note('power fails');
    this.#names.losePower(this.#simulation.random);
  }

  /** Leaves room for so many bytes. */
  fill(freeBytes: number): void {
    this.capacityBytes = this.files().reduce((sum, { node }) => sum + node.length, 0) + freeBytes;
  }

  /** Every file there is, in order, to look at and to damage. */
  files(): { readonly path: string; readonly node: FileNode }[] {
    return [...this.#names.files()];
  }

  #openFile(process: Process, path: string, use: 'read' | 'create' | 'update'): OpenFile {
    let node = this.#names.find(path);
    if (node instanceof FolderNode) throw failure('EISDIR', path);
    if (use === 'create') {
      this.#mayFail(this.faults.names, path);
      if (node === undefined) {
        node = new FileNode();
        this.#names.change({ ...this.#place(path), node });
      } else node.truncate(0);
      node.writtenAtMs = this.#simulation.nowMs;
    }
    if (node === undefined) throw failure('ENOENT', path);
    this.#open.set(process, this.openFiles(process) + 1);
    return this.#opened(process, path, node, use);
  }

  #opened(process: Process, path: string, node: FileNode, use: 'read' | 'create' | 'update'): OpenFile {
    let isOpen = true;
    const whileOpen = <T>(what: string, work: () => T): Promise<T> =>
      process.later(`${what} ${path}`, () => {
        if (!isOpen) throw failure('EBADF', path);
        return work();
      });
    const writable = () => {
      if (use === 'read') throw failure('EBADF', path);
    };
    return {
      read: (target, at) =>
        whileOpen(`read ${target.length} at ${at} of`, () => this.#readable(node, path, at, target.length).read(target, at)),
      readNow: (target, at) => this.#readable(node, path, at, target.length).read(target, at),
      write: async (bytes, at) => {
        // The system may take a write in parts, and a reader may come between.
        for (let done = 0; done < bytes.length; ) {
          const count = this.#simulation.random.chance(0.8) ? bytes.length - done : this.#simulation.random.int(1, bytes.length - done + 1);
          await whileOpen(`write ${count} at ${at + done} of`, () => {
            writable();
            this.#mayFail(this.faults.write, path);
            this.#writePart(node, path, bytes.subarray(done, done + count), at + done);
          });
          done += count;
        }
      },
      writeNow: (bytes, at) => {
        if (!isOpen) throw failure('EBADF', path);
        writable();
        this.#mayFail(this.faults.write, path);
        this.#writePart(node, path, bytes, at);
      },
      truncate: (bytes) =>
        whileOpen(`truncate to ${bytes} of`, () => {
          writable();
          this.#mayFail(this.faults.write, path);
          node.truncate(bytes);
        }),
      sync: () =>
        whileOpen('sync', () => {
          if (this.#simulation.random.chance(this.faults.sync)) {
            node.failSync(this.#simulation.random);
            throw failure(this.faults.code, path);
          }
          node.sync();
        }),
      size: () => whileOpen('size of', () => node.length),
      writtenAtMs: () => whileOpen('time of', () => node.writtenAtMs),
      close: () =>
        whileOpen('close', () => {
          isOpen = false;
          this.#open.set(process, this.openFiles(process) - 1);
        }),
    };
  }

  #writePart(node: FileNode, path: string, bytes: Uint8Array, at: number): void {
    const growth = Math.max(0, at + bytes.length - node.length);
    const missing = Math.max(0, growth - (this.capacityBytes - this.#usedBytes()));
    const fits = Math.max(0, bytes.length - missing);
    if (fits > 0) node.write(bytes.subarray(0, fits), at);
    node.writtenAtMs = this.#simulation.nowMs;
    if (fits < bytes.length) throw failure('ENOSPC', path);
  }

  #usedBytes(): number {
    if (this.capacityBytes === Number.POSITIVE_INFINITY) return 0;
    return this.files().reduce((sum, { node }) => sum + node.length, 0);
  }

  #readable(node: FileNode, path: string, at: number, count = node.length): FileNode {
    if (node.hasBadSector(at, Math.min(count, node.length - at))) throw failure('EIO', path);
    return node;
  }

  #mayFail(chance: number, path: string): void {
    if (chance > 0 && this.#simulation.random.chance(chance)) throw failure(this.faults.code, path);
  }

  #makeFolder(path: string): void {
    const parts = path.split('/').filter((part) => part !== '');
    parts.forEach((_, i) => {
      const above = `/${parts.slice(0, i + 1).join('/')}`;
      const node = this.#names.find(above);
      if (node instanceof FileNode) throw failure('EEXIST', above);
      if (node === undefined) this.#names.change({ ...this.#place(above), node: new FolderNode() });
    });
  }

  async #removeFolder(naming: <T>(what: string, work: () => T) => Promise<T>, path: string): Promise<void> {
    const node = this.#names.find(path);
    if (node === undefined) return;
    if (node instanceof FolderNode) for (const name of [...node.entries.keys()]) await this.#removeFolder(naming, `${path}/${name}`);
    await naming(`remove ${path}`, () => this.#names.change({ ...this.#place(path), node: null }));
  }

  #watch(process: Process, path: string, onChange: () => void): { close(): void } {
    const node = this.#file(path);
    let isTold = false;
    let isClosed = false;
    const tell = () => {
      if (isTold || isClosed) return;
      isTold = true;
      void process.later(`notice ${path}`, () => {
        isTold = false;
        if (process.isAlive && !isClosed) onChange();
      });
    };
    node.watchers.add(tell);
    return {
      close: () => {
        isClosed = true;
        node.watchers.delete(tell);
      },
    };
  }

  #lock(process: Process, key: string): (() => Promise<void>) | null {
    if (this.#locks.get(key)?.isAlive) return null;
    this.#locks.set(key, process);
    return () => process.later(`unlock ${key}`, () => void this.#locks.delete(key));
  }

  #node(path: string): Node {
    const node = this.#names.find(path);
    if (node === undefined) throw failure('ENOENT', path);
    return node;
  }

  #file(path: string): FileNode {
    const node = this.#node(path);
    if (node instanceof FolderNode) throw failure('EISDIR', path);
    return node;
  }

  #folder(path: string): FolderNode {
    const node = this.#node(path);
    if (node instanceof FileNode) throw failure('ENOTDIR', path);
    return node;
  }

  #place(path: string): { readonly folder: FolderNode; readonly name: string } {
    const place = this.#names.placeOf(path);
    if (place === undefined) throw failure('ENOENT', path);
    return place;
  }
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
