import { parseDurationMs } from '@tidemark/base';
import { parse as parseYaml, YAMLError } from 'yaml';
import { z } from 'zod';
import { FAR_CACHE_BYTES, PLACE_AGE_MS_MIN } from './limits.ts';
import { PlainError } from './plain-error.ts';

/** `places` and `cache` of the section `storage`: where blocks go that are no longer young. docs/storage.md. Plain values, for the partitions' threads. */
export interface StorageSettings {
  /** Of pages of far blocks, of all partitions together. */
  readonly cacheBytes: number;
  /** A data folder that is new takes over what lies in the places. */
  readonly takesOver: boolean;
  /** From fast to slow; the ages rise. */
  readonly places: readonly PlaceEntry[];
}

export type PlaceEntry = {
  readonly name: string;
  readonly afterMs: number;
  /** By resolution. */
  readonly tiers: Readonly<Record<number, number>>;
} & (
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'objects'; readonly folder: string }
  | { readonly kind: 's3'; readonly s3: S3Entry; readonly storageClass?: string }
);

type S3Entry = {
  readonly bucket: string;
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle?: boolean;
};

export class StorageSettingsError extends PlainError {
  override readonly name = 'StorageSettingsError';
}

const Age = z.string().transform((text, context) => {
  const ms = parseDurationMs(text);
  if (ms !== null && ms >= PLACE_AGE_MS_MIN) return ms;
  context.addIssue(`an age of ${PLACE_AGE_MS_MIN / 3_600_000} hours or more is wanted, such as 14d: younger blocks are still written anew`);
  return z.NEVER;
});

const TIERS_MS = { '1m': 60_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const;

const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const S3 = z.strictObject({
  bucket: z.string().min(1),
  prefix: z.stringFormat('a prefix that ends in "/"', /^([\w.-]+\/)*$/).default(''),
  endpoint: z.url({ protocol: /^https?$/ }).optional(),
  region: z.string().optional(),
  path_style: Flag.optional(),
  storage_class: z.string().optional(),
});

const PlaceShape = z.strictObject({
  name: z.stringFormat('letters, digits and -', /^[a-zA-Z0-9-]{1,40}$/),
  after: Age,
  tiers: z.strictObject({ '1m': Age, '5m': Age, '1h': Age, '1d': Age }).partial().default({}),
  folder: z.string().min(1).optional(),
  objects: z.string().min(1).optional(),
  s3: S3.optional(),
});

const Cache = z.string().transform((text, context) => {
  const [, digits, unit = ''] = /^(\d+)\s*(MiB|GiB|TiB)$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) * UNITS[unit];
  context.addIssue(`"${text}" is no size like 2GiB`);
  return z.NEVER;
});

const UNITS: Readonly<Record<string, number>> = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

/** What Prometheus has in this section is not ours to check. */
const Section = z.object({
  cache: Cache.optional(),
  take_over: Flag.default(false),
  places: z
    .array(PlaceShape.transform(placeOf))
    .default([])
    .refine((places) => new Set(places.map(({ name }) => name)).size === places.length, 'two places have the same name')
    .refine((places) => places.every((place, i) => i === 0 || place.afterMs > places[i - 1].afterMs), 'the ages of places must rise'),
});

/** `text` is a YAML file; without it, or its section, there are no places. */
export function readStorageSettings(text: string): StorageSettings {
  let file: unknown;
  try {
    file = parseYaml(text, { schema: 'failsafe' });
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    throw new StorageSettingsError(error.message.split('\n', 1)[0]);
  }
  const found = typeof file === 'object' && file !== null && 'storage' in file ? file.storage : {};
  const parsed = Section.safeParse(found === '' ? {} : found);
  if (!parsed.success) throw new StorageSettingsError(`storage: ${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}`);
  const { cache: cacheBytes = FAR_CACHE_BYTES, take_over: takesOver, places } = parsed.data;
  return { cacheBytes, takesOver, places };
}

function placeOf({ name, after, tiers, folder, objects, s3 }: z.output<typeof PlaceShape>, context: z.RefinementCtx): PlaceEntry {
  const byResolution = Object.fromEntries(Object.entries(tiers).map(([tier, age]) => [TIERS_MS[tier as keyof typeof TIERS_MS], age]));
  const entry = { name, afterMs: after, tiers: byResolution };
  const kinds = [folder, objects, s3].filter((each) => each !== undefined);
  if (kinds.length === 1) {
    if (folder !== undefined) return { ...entry, kind: 'folder', folder };
    if (objects !== undefined) return { ...entry, kind: 'objects', folder: objects };
    if (s3 !== undefined) {
      const { storage_class: storageClass, path_style: pathStyle, ...bucket } = s3;
      return {
        ...entry,
        kind: 's3',
        s3: { ...bucket, ...(pathStyle !== undefined && { pathStyle }) },
        ...(storageClass !== undefined && { storageClass }),
      };
    }
  }
  context.addIssue(`place ${name}: one of folder, objects and s3 is wanted`);
  return z.NEVER;
}
