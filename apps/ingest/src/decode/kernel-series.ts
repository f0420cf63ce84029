/**
 * What a kernel's series are: the labels of each one that is new, checked, under the kernel's number for it.
 *
 * A fleet's series share their labels. So each distinct text of the kernel (a label in 1.0, a name or a value in 2.0) is read and
 * checked once, and a series is mostly a list of numbers that are known already, its names mostly those of the series before it.
 */

import { MalformedError } from '@tidemark/base/wire';
import { compareNames, Labels, METRIC_NAME, NamedSeries } from '@tidemark/tsdb/model';
import type { RemoteWriteKernel, RemoteWriteVersion } from '../kernel/remote-write-kernel.ts';
import { LABELS_PER_SERIES_MAX } from '../limits.ts';
import { checkLabels, isUsualName, isUsualValue } from './check-labels.ts';
import type { KernelTexts } from './kernel-texts.ts';
import { readLabels1 } from './remote-write-1.ts';
import type { StringCache } from './string-cache.ts';

export class KernelSeries {
  /** Series by the kernel's numbers. */
  readonly table = new NamedSeries();
  readonly #kernel: RemoteWriteKernel;
  readonly #texts: KernelTexts;
  readonly #strings: StringCache;
  /** A label is one text in 1.0, two in 2.0. */
  readonly #textsPerLabel: 1 | 2;
  /** By the number that a text was given here: the table's number of the name and of the value that it is, or `UNUSUAL`; a value may be `EMPTY`. */
  readonly #names = [UNUSUAL];
  readonly #values = [UNUSUAL];
  /** Of the series being learnt: name, value, name, value … as they were sent. */
  readonly #labels = new Uint32Array(2 * LABELS_PER_SERIES_MAX);
  #hasEmpty = false;
  /** The names that were checked last, and are as they should be. */
  readonly #checked = new Uint32Array(LABELS_PER_SERIES_MAX);
  #checkedSize = 0;

  constructor(version: RemoteWriteVersion, kernel: RemoteWriteKernel, texts: KernelTexts, strings: StringCache) {
    this.#kernel = kernel;
    this.#texts = texts;
    this.#strings = strings;
    this.#textsPerLabel = version === '1.0' ? 1 : 2;
  }

  /** Gives the kernel's next number its labels; false when they are refused, which the kernel has been told then. */
  learn(record: number): boolean {
    const size = this.#readUsual(record);
    if (size === 0 || !this.#hasUsualNames(size)) return this.#learnSlowly(record);
    const kept = this.#hasEmpty ? this.#withoutEmpty(size) : size;
    if (kept === 0) return this.#learnSlowly(record);
    this.table.add(this.#labels, 2 * kept);
    return true;
  }

  /** Labels that have to be sorted, or that are refused. */
  #learnSlowly(record: number): boolean {
    const sent = this.#sent(record);
    const checked = sent === null ? null : checkLabels(sent);
    if (checked?.kind === 'labels') {
      this.table.addLabels(checked.labels);
      return true;
    }
    this.#kernel.refuse(record);
    this.table.addLabels(Labels.EMPTY); // No sample will name it.
    return false;
  }

  /** How many labels went to `#labels`; 0 when one of them is unusual, or there are none or too many. */
  #readUsual(record: number): number {
    const kernel = this.#kernel;
    const step = this.#textsPerLabel;
    const size = kernel.textCount(record) / step;
    if (size > LABELS_PER_SERIES_MAX) return 0;
    this.#hasEmpty = false;
    for (let label = 0; label < size; label++) {
      const name = this.#names[this.#numberOf(kernel.textAt(record, label * step))];
      const value = this.#values[this.#numberOf(kernel.textAt(record, label * step + step - 1))];
      if (name === UNUSUAL || value === UNUSUAL) return 0;
      if (value === EMPTY) this.#hasEmpty = true;
      this.#labels[2 * label] = name;
      this.#labels[2 * label + 1] = value;
    }
    return size;
  }

  /** Each once, in order, and the metric's name among them. */
  #hasUsualNames(size: number): boolean {
    if (this.#areChecked(size)) return true;
    const labels = this.#labels;
    const { texts } = this.table;
    let isNamed = false;
    for (let label = 0; label < size; label++) {
      const name = texts[labels[2 * label]];
      if (label > 0 && compareNames(texts[labels[2 * label - 2]], name) >= 0) return false;
      if (name === METRIC_NAME) isNamed = true;
    }
    if (!isNamed) return false;
    for (let label = 0; label < size; label++) this.#checked[label] = labels[2 * label];
    this.#checkedSize = size;
    return true;
  }

  #areChecked(size: number): boolean {
    if (size !== this.#checkedSize) return false;
    for (let label = 0; label < size; label++) if (this.#labels[2 * label] !== this.#checked[label]) return false;
    return true;
  }

  /** An empty value is no label. How many there are then; 0 when the metric's name is none. */
  #withoutEmpty(size: number): number {
    const labels = this.#labels;
    let kept = 0;
    for (let label = 0; label < size; label++) {
      const name = labels[2 * label];
      const value = labels[2 * label + 1];
      if (value !== EMPTY) {
        labels[2 * kept] = name;
        labels[2 * kept++ + 1] = value;
      } else if (this.table.texts[name] === METRIC_NAME) return 0;
    }
    return kept;
  }

  /** The number of a text, which is read and checked when it has none yet. */
  #numberOf(text: number): number {
    const known = this.#kernel.hostNumber(text);
    if (known !== 0 || text === 0) return known;
    const [name, value] = this.#read(text);
    const number = this.#names.push(isUsualName(name) ? this.table.textNumber(name) : UNUSUAL) - 1;
    this.#values.push(value === '' ? EMPTY : isUsualValue(value) ? this.table.textNumber(value) : UNUSUAL);
    this.#kernel.setHostNumber(text, number);
    return number;
  }

  /** What a text is as a name and as a value; null is nothing that can be one. */
  #read(text: number): readonly [name: string | null, value: string | null] {
    if (this.#textsPerLabel === 2) return [this.#texts.at(text), this.#texts.at(text)];
    const [name, value, ...more] = this.#sentLabel(text) ?? [null, null];
    return more.length > 0 ? [null, null] : [name, value];
  }

  /** As it was sent: name, value, name, value …; null when it is broken. */
  #sent(record: number): (string | null)[] | null {
    const texts = Array.from({ length: this.#kernel.textCount(record) }, (_, i) => this.#kernel.textAt(record, i));
    if (texts.includes(0)) return null; // The kernel had no room left.
    if (this.#textsPerLabel === 2) return texts.map((text) => this.#texts.at(text));
    const labels = texts.map((text) => this.#sentLabel(text));
    return labels.some((label) => label === null) ? null : labels.flatMap((label) => label as (string | null)[]);
  }

  #sentLabel(text: number): (string | null)[] | null {
    const { bytes, from, to } = this.#kernel.bytesOf(text);
    try {
      return readLabels1(bytes, from, to, this.#strings);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return null;
    }
  }
}

const UNUSUAL = -1;
/** A number that no text has. */
const EMPTY = 0xffffffff;
