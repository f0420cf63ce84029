import { join } from 'node:path';
import type { CorruptionError } from '@tidemark/base';
import { type Files, makeFolderDurably, writeFileDurably } from '@tidemark/base/files';
import { BLOCK_SUFFIX } from './format.ts';

/** DIR/quarantine: what was found damaged, and ID.reason beside it. */
export class Quarantine {
  readonly #files: Files;
  readonly #folder: string;
  readonly #blocks: { readonly id: string; readonly reason: string }[] = [];

  private constructor(files: Files, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  static async open(files: Files, folder: string): Promise<Quarantine> {
    const quarantine = new Quarantine(files, folder);
    await makeFolderDurably(files, folder);
    for (const name of await files.list(folder)) {
      if (!name.endsWith(REASON_SUFFIX)) continue;
      quarantine.#blocks.push({ id: name.slice(0, -REASON_SUFFIX.length), reason: String(await files.read(join(folder, name))) });
    }
    return quarantine;
  }

  get blocks(): readonly { readonly id: string; readonly reason: string }[] {
    return this.#blocks;
  }

  /** A file that is not a block's comes under this name. */
  pathOf(name: string): string {
    return join(this.#folder, name);
  }

  /** `path` is null for a block that lies elsewhere, and stays there. */
  async take(id: string, path: string | null, error: CorruptionError): Promise<void> {
    this.#blocks.push({ id, reason: error.message });
    await writeFileDurably(this.#files, this.pathOf(id) + REASON_SUFFIX, Buffer.from(error.message));
    // It may be missing: that was the damage.
    if (path !== null) await this.#files.rename(path, this.pathOf(id) + BLOCK_SUFFIX).catch(() => {});
    await this.#files.syncFolder(this.#folder);
  }
}

const REASON_SUFFIX = '.reason';
