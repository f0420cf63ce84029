import type { Prng } from '../prng.ts';

/** What a power failure may tear a write at. */
const SECTOR_BYTES = 512;

type Change =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly to: number };

/**
 * One file of a simulated disk: what processes see, what is on the platter, and what lies between.
 *
 *   seen ◀── every write                    platter ◀── sync, or a crash that happens to keep a change
 *   changes since the last sync, in order: a crash keeps any of them, whole or in part
 */
export class FileNode {
  #seen = new Bytes();
  #platter = new Bytes();
  #changes: Change[] = [];
  readonly #badSectors = new Set<number>();
  writtenAtMs = 0;
  readonly watchers = new Set<() => void>();

  get length(): number {
    return this.#seen.length;
  }

  read(target: Uint8Array, at: number): number {
    const bytes = this.#seen.view().subarray(at, at + target.length);
    target.set(bytes);
    return bytes.length;
  }

  all(): Uint8Array {
    return this.#seen.view();
  }

  hasBadSector(at: number, count: number): boolean {
    for (let sector = Math.floor(at / SECTOR_BYTES); sector * SECTOR_BYTES < at + count; sector++)
      if (this.#badSectors.has(sector)) return true;
    return false;
  }

  write(bytes: Uint8Array, at: number): void {
    this.#change({ kind: 'write', at, bytes: bytes.slice() });
    for (let sector = Math.floor(at / SECTOR_BYTES); sector * SECTOR_BYTES < at + bytes.length; sector++) this.#badSectors.delete(sector);
  }

  truncate(to: number): void {
    this.#change({ kind: 'truncate', to });
  }

  sync(): void {
    for (const change of this.#changes.splice(0)) apply(this.#platter, change);
  }

  /** The system could not write what it held, forgot that it had to, and lets it be seen for as long as it likes. */
  failSync(random: Prng): void {
    this.#changes = this.#changes.filter((change) => {
      const fate = random.next();
      if (fate < 0.3) apply(this.#platter, change);
      return fate >= 0.6;
    });
    if (random.chance(0.5)) this.#forgetCache();
  }

  /** Only the platter stays, with those of the changes that had come to it, in whatever order. */
  losePower(random: Prng): void {
    const keep = random.pick([0, 0.5, 0.9, 1]);
    for (const change of this.#changes.splice(0)) {
      if (random.chance(keep)) apply(this.#platter, change);
      else if (change.kind === 'write' && random.chance(0.5)) this.#tear(change, random);
    }
    this.#forgetCache();
    this.watchers.clear();
  }

  /** A bit of what is at rest turns. */
  flipBit(at: number, bit: number): void {
    for (const bytes of [this.#seen, this.#platter]) if (at < bytes.length) bytes.view()[at] ^= 1 << bit;
  }

  /** Cannot be read from here on, until it is written. */
  spoilSector(at: number): void {
    this.#badSectors.add(Math.floor(at / SECTOR_BYTES));
  }

  #change(change: Change): void {
    this.#changes.push(change);
    apply(this.#seen, change);
    for (const tell of this.watchers) tell();
  }

  /** Its length may have come to the platter, and any of its sectors. */
  #tear({ at, bytes }: Change & { kind: 'write' }, random: Prng): void {
    const kept = random.int(0, bytes.length + 1);
    const grown = Math.max(this.#platter.length, random.chance(0.5) ? at + bytes.length : at + kept);
    if (kept > 0 || grown > this.#platter.length) this.#platter.resize(grown);
    const backwards = random.chance(0.2);
    for (let from = at; from < at + bytes.length; ) {
      const to = Math.min(at + bytes.length, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES);
      const isKept = backwards ? from >= at + kept : to <= at + kept;
      if (isKept && to <= this.#platter.length) this.#platter.write(bytes.subarray(from - at, to - at), from);
      from = to;
    }
  }

  #forgetCache(): void {
    this.#seen = this.#platter.copy();
    for (const change of this.#changes) apply(this.#seen, change);
  }
}

function apply(bytes: Bytes, change: Change): void {
  if (change.kind === 'write') bytes.write(change.bytes, change.at);
  else bytes.resize(change.to);
}

/** Bytes that grow; what lies between is zero. */
class Bytes {
  #bytes = new Uint8Array(64);
  length = 0;

  view(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  write(bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return;
    this.resize(Math.max(this.length, at + bytes.length));
    this.#bytes.set(bytes, at);
  }

  resize(length: number): void {
    if (length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      grown.set(this.view());
      this.#bytes = grown;
    }
    if (length < this.length) this.#bytes.fill(0, length, this.length);
    this.length = length;
  }

  copy(): Bytes {
    const copy = new Bytes();
    copy.write(this.view(), 0);
    copy.resize(this.length);
    return copy;
  }
}
