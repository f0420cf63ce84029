import type { AlertChanges, StoredInstance, StoredTransition } from '@tidemark/db';
import { UNSAVED_TRANSITIONS } from './limits.ts';

type Key = AlertChanges['forgotten'][number];

/** What ticks changed and PostgreSQL does not have yet: of every instance the latest, of transitions all. */
export class UnsavedChanges {
  readonly #changed = new Map<string, StoredInstance>();
  readonly #forgotten = new Map<string, Key>();
  #transitions: StoredTransition[] = [];

  get isEmpty(): boolean {
    return this.#changed.size === 0 && this.#forgotten.size === 0 && this.#transitions.length === 0;
  }

  add({ changed, forgotten, transitions }: AlertChanges): void {
    for (const key of forgotten) {
      this.#changed.delete(textOf(key));
      this.#forgotten.set(textOf(key), key);
    }
    for (const instance of changed) {
      this.#forgotten.delete(textOf(instance));
      this.#changed.set(textOf(instance), instance);
    }
    this.#transitions.push(...transitions);
    if (this.#transitions.length > UNSAVED_TRANSITIONS) this.#transitions = this.#transitions.slice(-UNSAVED_TRANSITIONS);
  }

  all(): AlertChanges {
    return { changed: [...this.#changed.values()], forgotten: [...this.#forgotten.values()], transitions: this.#transitions };
  }

  clear(): void {
    this.#changed.clear();
    this.#forgotten.clear();
    this.#transitions = [];
  }
}

const textOf = ({ tenant, ruleId, fingerprint }: Key) => `${tenant}/${ruleId}/${fingerprint}`;
