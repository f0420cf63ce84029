import { Generations } from '../generations.ts';
import { CACHE_ENTRY_BYTES, STRING_CACHE_BYTES } from '../limits.ts';

/** Strings that are equal are the same object: compared by address, held once. */
export class StringCache {
  readonly #strings = new Generations<string, string>(STRING_CACHE_BYTES, (text) => text.length + CACHE_ENTRY_BYTES);

  intern(text: string): string {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    this.#strings.set(text, text);
    return text;
  }
}
