import { assert } from '../assert.ts';
import type { Prng } from '../prng.ts';
import { FileNode } from './file-node.ts';

/**
 * The names of a simulated disk. A change of names is one step for who looks, and is on the platter once one of its folders
 * has been synced; a crash keeps any of the others, or none, each whole: POSIX promises no order between them.
 */
export class FolderNode {
  readonly entries = new Map<string, Node>();
  /** By name; null where the platter knows that it is gone. */
  readonly platter = new Map<string, { readonly node: Node | null; readonly change: number }>();
}

export type Node = FileNode | FolderNode;

interface Naming {
  readonly folder: FolderNode;
  readonly name: string;
  readonly node: Node | null;
}

export class NameTree {
  readonly root = new FolderNode();
  #pending: { readonly change: number; readonly namings: readonly Naming[] }[] = [];
  #changes = 0;

  find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of partsOf(path)) node = node instanceof FolderNode ? node.entries.get(name) : undefined;
    return node;
  }

  /** The folder that holds a path, and the path's name in it. */
  placeOf(path: string): { readonly folder: FolderNode; readonly name: string } | undefined {
    const parts = partsOf(path);
    const name = parts.pop();
    const folder = this.find(parts.join('/'));
    return folder instanceof FolderNode && name !== undefined ? { folder, name } : undefined;
  }

  change(...namings: readonly Naming[]): void {
    for (const { folder, name, node } of namings) {
      if (node === null) folder.entries.delete(name);
      else folder.entries.set(name, node);
    }
    this.#pending.push({ change: ++this.#changes, namings });
  }

  sync(folder: FolderNode): void {
    this.#pending = this.#pending.filter((pending) => {
      if (!pending.namings.some((naming) => naming.folder === folder)) return true;
      this.#keep(pending);
      return false;
    });
  }

  losePower(random: Prng): void {
    // A journal keeps the order; POSIX does not ask for it.
    const ordered = random.int(0, this.#pending.length + 1);
    const keep = random.pick([0, 0.5, 1]);
    const isJournal = random.chance(0.5);
    this.#pending.splice(0).forEach((pending, i) => {
      if (isJournal ? i < ordered : random.chance(keep)) this.#keep(pending);
    });
    this.#restore(this.root, random, new Set());
  }

  /** Every file that has a name, each once. */
  *files(folder: FolderNode = this.root, path = ''): Generator<{ readonly path: string; readonly node: FileNode }> {
    for (const [name, node] of [...folder.entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (node instanceof FileNode) yield { path: `${path}/${name}`, node };
      else yield* this.files(node, `${path}/${name}`);
    }
  }

  #keep({ change, namings }: { readonly change: number; readonly namings: readonly Naming[] }): void {
    for (const { folder, name, node } of namings) {
      if ((folder.platter.get(name)?.change ?? 0) < change) folder.platter.set(name, { node, change });
    }
  }

  #restore(folder: FolderNode, random: Prng, seen: Set<Node>): void {
    folder.entries.clear();
    for (const [name, { node }] of folder.platter) {
      if (node === null) continue;
      folder.entries.set(name, node);
      if (seen.has(node)) continue;
      seen.add(node);
      if (node instanceof FolderNode) this.#restore(node, random, seen);
      else node.losePower(random);
    }
  }
}

function partsOf(path: string): string[] {
  assert(!path.includes('..'), `a path without turns: ${path}`);
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
