/**
 * The labels that senders send again and again, so that strings are built and checked once for each series.
 *
 * A steady sender sends its series in the same order, so each known series remembers which one came after it: the usual
 * lookup is one comparison. Otherwise a map finds it. `Labels` objects are shared by all requests.
 */
import { Generations } from '../generations.ts';
import { CACHE_ENTRY_BYTES, SERIES_CACHE_BYTES, STRING_CACHE_BYTES } from '../limits.ts';
import { type CheckedLabels, checkLabels } from './check-labels.ts';

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

interface ByStrings {
  readonly sent: readonly (string | null)[];
  readonly checked: CheckedLabels;
  next: ByStrings | null;
}

/** By the strings that the labels were sent as (remote write 2.0, where they are numbers of a table in the request). */
export class SeriesByStrings {
  readonly #byKey = new Generations<string, ByStrings>(SERIES_CACHE_BYTES, (key) => key.length + CACHE_ENTRY_BYTES);
  #last: ByStrings | null = null;

  /** The labels are `symbols[references[0]] = symbols[references[1]]` and so on for `count` references. */
  get(symbols: readonly (string | null)[], references: Uint32Array, count: number): CheckedLabels {
    const predicted = this.#last?.next;
    if (predicted && isSent(predicted.sent, symbols, references, count)) {
      this.#last = predicted;
      return predicted.checked;
    }
    const found = this.#find(Array.from(references.subarray(0, count), (reference) => symbols[reference]));
    if (this.#last !== null) this.#last.next = found;
    this.#last = found;
    return found.checked;
  }

  #find(sent: readonly (string | null)[]): ByStrings {
    let key = '';
    for (const text of sent) key += text === null ? '-' : `${text.length}:${text}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const added: ByStrings = { sent, checked: checkLabels(sent), next: null };
    this.#byKey.set(key, added);
    return added;
  }
}

function isSent(sent: readonly (string | null)[], symbols: readonly (string | null)[], references: Uint32Array, count: number): boolean {
  if (sent.length !== count) return false;
  for (let i = 0; i < count; i++) if (symbols[references[i]] !== sent[i]) return false;
  return true;
}
