/** Gathers samples of one series; bits of values are kept. Of equal times the first one stays. */
export class ColumnBuilder {
  #times = new Float64Array(256);
  #words = new Uint32Array(512);
  #length = 0;
  #isRising = true;

  get length(): number {
    return this.#length;
  }

  /** The value that stands at `i` in `values`. */
  add(timeMs: number, values: Float64Array, i: number): void {
    if (this.#length > 0 && timeMs <= this.#times[this.#length - 1]) this.#isRising = false;
    if (this.#length === this.#times.length) this.#grow();
    const words = new Uint32Array(values.buffer, values.byteOffset + 8 * i, 2);
    this.#times[this.#length] = timeMs;
    this.#words[2 * this.#length] = words[0];
    this.#words[2 * this.#length + 1] = words[1];
    this.#length++;
  }

  /** What was added, in rising time, as copies; then it is empty. */
  take(): { readonly times: Float64Array; readonly values: Float64Array } {
    // Chunks may overlap.
    if (!this.#isRising) this.#sort();
    const times = this.#times.slice(0, this.#length);
    const values = new Float64Array(this.#words.slice(0, 2 * this.#length).buffer);
    this.#length = 0;
    this.#isRising = true;
    return { times, values };
  }

  #sort(): void {
    const [times, words] = [this.#times.slice(0, this.#length), this.#words.slice(0, 2 * this.#length)];
    const order = Uint32Array.from(times, (_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
    this.#length = 0;
    for (const i of order) {
      if (this.#length > 0 && this.#times[this.#length - 1] === times[i]) continue;
      this.#times[this.#length] = times[i];
      this.#words[2 * this.#length] = words[2 * i];
      this.#words[2 * this.#length + 1] = words[2 * i + 1];
      this.#length++;
    }
  }

  #grow(): void {
    const times = new Float64Array(2 * this.#times.length);
    const words = new Uint32Array(2 * this.#words.length);
    times.set(this.#times);
    words.set(this.#words);
    this.#times = times;
    this.#words = words;
  }
}
