import { type Clock, CorruptionError, type Millis } from '@tidemark/base';
import { isFileError } from '@tidemark/base/files';
import type { Block } from '../block/block.ts';
import type { BlockStore } from '../block/block-store.ts';
import { BlockUnreachableError } from '../block/block-unreachable.ts';
import { ObjectStoreError } from '../object-store/object-store.ts';
import { Pacer } from '../pacer.ts';
import type { Place } from './place.ts';
import { planMoves } from './plan-moves.ts';

export interface MoverOptions {
  readonly store: BlockStore;
  /** From fast to slow. */
  readonly places: readonly Place[];
  readonly clock: Clock;
  /** Upkeep's turns: what is live changes in them only. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What waits for a place, and why it does. */
export interface PlaceWaiting {
  readonly blocks: number;
  readonly bytes: number;
  readonly trouble: { readonly atMs: Millis; readonly message: string } | null;
}

/**
 * Brings blocks to the places that they are old enough for, one after the other, beside everything else that goes on: a place that is
 * away delays what goes there, and nothing else.
 *
 *   noted as a stray ─▶ taken by the place, verified ─▶ one publication: live there, no longer here ─▶ the old copy removed
 *
 * Whatever ends it in between leaves the block where it was, and a stray that the next round completes or removes.
 */
export class Mover {
  readonly #options: MoverOptions;
  readonly #stop = new AbortController();
  readonly #troubles = new Map<Place, { readonly atMs: Millis; readonly message: string }>();
  #round: Promise<void> | null = null;
  /** What a round should not have met. */
  #failure: unknown = null;

  constructor(options: MoverOptions) {
    this.#options = options;
  }

  /** Begins a round, unless one is under way. Throws what the last one should not have met. */
  begin(nowMs: Millis): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#options.places.length === 0 || this.#stop.signal.aborted) return;
    this.#round ??= this.#run(nowMs)
      .catch((error) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#round = null;
      });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#round;
    for (const place of this.#options.places) await place.close();
  }

  waiting(nowMs: Millis): ReadonlyMap<Place, PlaceWaiting> {
    const { places } = this.#options;
    const moves = this.#plan(nowMs);
    return new Map(
      places.map((place, i) => {
        const blocks = moves.filter(({ to }) => to === i + 1).map(({ block }) => block.block);
        const trouble = this.#troubles.get(place) ?? null;
        return [place, { blocks: blocks.length, bytes: blocks.reduce((sum, { bytes }) => sum + bytes, 0), trouble }];
      }),
    );
  }

  async #run(nowMs: Millis): Promise<void> {
    const { store, places } = this.#options;
    const failed = new Set<Place>();
    /** False when it has failed: nothing more is asked of the place in this round. */
    const attempt = async (place: Place, work: () => Promise<void>) => {
      if (failed.has(place) || this.#stop.signal.aborted) return;
      try {
        await work();
        this.#troubles.delete(place);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (!isPassing(error)) throw error;
        failed.add(place);
        this.#troubles.set(place, { atMs: this.#options.clock.now(), message: error.message });
      }
    };
    for (const { place } of store.absent) await attempt(place, () => store.openAbsent());
    const removeStrays = async () => {
      for (const place of places) await attempt(place, () => this.#removeStrays(place));
    };
    await removeStrays();
    for (const { block, to } of this.#plan(nowMs)) await attempt(places[to - 1], () => this.#move(block.block, places[to - 1]));
    await removeStrays(); // Those that the moves have left.
  }

  #plan(nowMs: Millis) {
    const { store, places } = this.#options;
    const placed = store.all.map((block) => {
      const place = store.placeOf(block);
      return { block, meta: block.meta, place: place === null ? 0 : 1 + places.indexOf(place) };
    });
    return planMoves(
      placed,
      places.map(({ age }) => age),
      nowMs,
    );
  }

  async #removeStrays(place: Place): Promise<void> {
    const { store, inTurn } = this.#options;
    const isLive = (id: string) => store.all.some((block) => block.meta.id === id && store.placeOf(block) === place);
    const removed: string[] = [];
    try {
      for (const { block } of store.strays.filter((stray) => stray.place === place.name && !isLive(stray.block))) {
        await place.remove(block, this.#stop.signal);
        removed.push(block);
      }
    } finally {
      if (removed.length > 0)
        await inTurn(() =>
          store.setStrays((known) => known.filter((stray) => stray.place !== place.name || !removed.includes(stray.block))),
        );
    }
  }

  async #move(block: Block, place: Place): Promise<void> {
    const { store, clock, inTurn } = this.#options;
    const { signal } = this.#stop;
    const stray = { block: block.meta.id, place: place.name };
    const noted = await inTurn(async () => {
      if (!store.all.includes(block)) return false; // Merged, or past retention.
      await store.setStrays((known) => [...known.filter((one) => one.block !== stray.block || one.place !== stray.place), stray]);
      block.hold();
      return true;
    });
    if (!noted) return;
    try {
      const pacer = new Pacer(clock, signal);
      await store.verify(block); // A copy of what is damaged could not be opened there, in any round.
      await place.take(block, () => pacer.breathe(), signal);
      await inTurn(async () => {
        if (store.all.includes(block)) await store.move(block, place);
      });
    } catch (error) {
      if (!(error instanceof CorruptionError) || error.file !== block.path) throw error;
      await store.quarantine(block, error);
    } finally {
      await block.release();
    }
  }
}

/** What another round may not meet again, or somebody must mend. */
function isPassing(error: unknown): error is Error {
  return (
    error instanceof ObjectStoreError || error instanceof BlockUnreachableError || error instanceof CorruptionError || isFileError(error)
  );
}
