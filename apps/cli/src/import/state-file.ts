import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import type { Millis } from '@tidemark/base';
import { CommandFailure } from '../failure.ts';

/**
 * How far an import has come, so that it goes on there when it was ended in the middle. A window counts once all of it is acknowledged;
 * one that had been begun is sent again, and what is there already is stored once.
 */
export interface ImportState {
  readonly version: 1;
  readonly source: string;
  readonly ingest: string;
  readonly tenant: string;
  /** Where it began; null: with the oldest that there is. */
  readonly fromMs: Millis | null;
  /** Everything before this is done; null at the beginning. */
  readonly doneBeforeMs: Millis | null;
  readonly samples: number;
  readonly isDone: boolean;
}

export type ImportIdentity = Pick<ImportState, 'source' | 'ingest' | 'tenant' | 'fromMs'>;

export class StateFile {
  readonly path: string;
  #state: ImportState;

  private constructor(path: string, state: ImportState) {
    this.path = path;
    this.#state = state;
  }

  /** Goes on with what `path` says, when it is about the same import. */
  static open(path: string, identity: ImportIdentity): StateFile {
    const known = read(path);
    if (known === null) {
      const file = new StateFile(path, { version: 1, ...identity, doneBeforeMs: null, samples: 0, isDone: false });
      file.#write();
      return file;
    }
    const isSame = known.source === identity.source && known.ingest === identity.ingest && known.tenant === identity.tenant;
    const isWithin = known.fromMs === null || (identity.fromMs !== null && identity.fromMs >= known.fromMs);
    if (!isSame || !isWithin)
      throw new CommandFailure(`${path} is of another import: remove it to begin anew, or choose another file with --state`);
    return new StateFile(path, known);
  }

  get state(): ImportState {
    return this.#state;
  }

  done(doneBeforeMs: Millis, samples: number): void {
    this.#state = { ...this.#state, doneBeforeMs, samples };
    this.#write();
  }

  finished(): void {
    this.#state = { ...this.#state, isDone: true };
    this.#write();
  }

  #write(): void {
    const temporary = `${this.path}.${randomBytes(4).toString('hex')}`;
    try {
      writeFileSync(temporary, `${JSON.stringify(this.#state, null, 1)}\n`, { flush: true });
      renameSync(temporary, this.path);
    } catch (error) {
      try {
        unlinkSync(temporary);
      } catch {
        // It was not made.
      }
      throw new CommandFailure(
        `the state file ${this.path} cannot be written (${(error as NodeJS.ErrnoException).code}): choose another with --state FILE`,
      );
    }
  }
}

function read(path: string): ImportState | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CommandFailure(`the state file ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    const state = JSON.parse(text) as ImportState;
    if (state.version === 1 && Number.isSafeInteger(state.samples)) return state;
  } catch {
    // Said below.
  }
  throw new CommandFailure(`${path} is no state file of an import: choose another with --state FILE`);
}
