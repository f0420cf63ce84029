import type { Clock, CorruptionError, Millis, Prng } from '@tidemark/base';
import type { Files } from '@tidemark/base/files';
import type { EngineLimits } from './limits.ts';
import type { PlaceSettings } from './place/open-places.ts';

/** What an engine is opened with. */
export interface EngineOptions {
  /** The engine's own folder; made when it is not there. */
  readonly dir: string;
  readonly clock: Clock;
  /** This machine's when not given. */
  readonly files?: Files;
  /** For block names. Seeded by the clock when not given. */
  readonly prng?: Prng;
  readonly limits?: Partial<EngineLimits>;
  /** Short for retention rules that keep raw samples this long. */
  readonly retentionMs?: Millis;
  /** Where blocks go that are no longer young, from fast to slow; none when not given. */
  readonly places?: readonly PlaceSettings[];
  /** A folder that is new takes over the blocks that lie in the places: the disk that had known of them is lost. */
  readonly takesOver?: boolean;
  /** Does the log hold all before this? Otherwise it has lost its tail, and memory that was saved behind that is passed over. */
  readonly logReaches?: (offset: number) => Promise<boolean>;
  /** Called once for each damaged file that is found and set aside. */
  readonly onDamage?: (error: CorruptionError) => void;
  /** Upkeep could not be done for want of space or descriptors; nothing is lost, and the next round tries again. */
  readonly onShortage?: (error: Error) => void;
}
