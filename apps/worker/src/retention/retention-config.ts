import { parseDurationMs } from '@tidemark/base';
import { ParseError, parse } from '@tidemark/promql/syntax';
import { type Ages, DEFAULT_LIMITS, type RetentionRules, rawRetention, type TenantRetention, tieredRetention } from '@tidemark/tsdb';
import { isTenantName, Matcher } from '@tidemark/tsdb/model';
import { parse as parseYaml, YAMLError } from 'yaml';
import { z } from 'zod';
import type { PlainMatcher } from '../partitions/calls.ts';

/** The section `retention` of a configuration file cannot be used; the message says what to change. */
export class RetentionConfigError extends Error {
  override readonly name = 'RetentionConfigError';
}

/** Rules as they go to partition threads: matchers as plain values. */
export interface PlainRules extends PlainTenantRules {
  /** Whether windows are made of raw samples. */
  readonly rollups: boolean;
  readonly tenants: ReadonlyMap<string, PlainTenantRules>;
  readonly allBytesMax: number;
}

export interface PlainTenantRules extends Omit<TenantRetention, 'series'> {
  readonly series: readonly { readonly matchers: readonly PlainMatcher[]; readonly ages: Ages }[];
}

/** Widths of what is kept, by the name that the section gives it. */
const RESOLUTIONS = { raw: 0, '1m': 60_000, '5m': 300_000, '1h': 3_600_000, '1d': 86_400_000 } as const;

const age = z.string().transform((text, context) => {
  if (text === 'forever') return Number.POSITIVE_INFINITY;
  const ms = parseDurationMs(text);
  return ms !== null && ms >= AGE_MS_MIN
    ? ms
    : refuse(context, `"${text}" is no age like 36h, 30d or 2y, or "forever": an hour is the least`);
});

const size = z.string().transform((text, context) => {
  const [, digits, unit = 'B'] = /^(\d+(?:\.\d+)?)\s*([KMGTP]?i?B)?$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return digits !== undefined && factor !== undefined
    ? Math.floor(Number(digits) * factor)
    : refuse(context, `"${text}" is no size like 500GB`);
});

const selector = z.string().transform((text, context): readonly PlainMatcher[] => {
  try {
    const expr = parse(text);
    if (expr.kind === 'vector' && expr.offset === null && expr.at === null)
      return expr.matchers.map(({ name, operator, value }) => ({ name, operator, value }));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return refuse(context, `"${text}" is no series selector: ${error.message}`);
  }
  return refuse(context, `"${text}" is no series selector like {severity="critical"}`);
});

const ages = { raw: age.optional(), '1m': age.optional(), '5m': age.optional(), '1h': age.optional(), '1d': age.optional() };

const tenant = {
  ...ages,
  size: size.optional(),
  slow_raw: age.optional(),
  series: z.array(z.strictObject({ match: selector, ...ages })).default([]),
};

const flag = z
  .enum(['true', 'false'], 'must be true or false')
  .transform((text) => text === 'true')
  .default(true);

const section = z.strictObject({
  rollups: flag,
  ...tenant,
  tenants: z.record(z.string().refine(isTenantName, 'is no tenant name'), z.strictObject(tenant)).default({}),
});

/** `text` is a YAML file; what its section `retention` does not say is as the engine has it. */
export function readRetention(text: string): PlainRules {
  let file: unknown;
  try {
    file = parseYaml(text, { schema: 'failsafe' });
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    throw new RetentionConfigError(error.message.split('\n', 1)[0]);
  }
  const found = typeof file === 'object' && file !== null && 'retention' in file ? file.retention : {};
  const parsed = section.safeParse(found === '' ? {} : found);
  if (!parsed.success) throw new RetentionConfigError(`retention: ${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}`);
  const { tenants, rollups, size: allBytesMax = Number.POSITIVE_INFINITY, ...own } = parsed.data;
  if (!rollups) refuseWindows({ ...own, tenants });
  const rules = tenantRules(own, rollups ? tieredRetention() : rawRetention(RAW_ALONE_MS));
  const ofTenants = Object.entries(tenants).map(([name, of]): [string, PlainTenantRules] => [name, tenantRules(of, rules)]);
  return { ...rules, rollups, tenants: new Map(ofTenants), allBytesMax };
}

/** An age for what is not there would only let old samples in, which go at once. */
function refuseWindows({ tenants, ...own }: Section & { readonly tenants: Readonly<Record<string, Section>> }): void {
  const all = [own, ...Object.values(tenants)].flatMap((of) => [of, ...of.series]);
  const named = all.flatMap((of) => Object.keys(agesOf(of))).find((widthMs) => widthMs !== '0');
  if (named !== undefined)
    throw new RetentionConfigError('retention: 1m, 5m, 1h and 1d are ages of windows, which are not made with "rollups: false"');
}

/** For one partition's engine, which has its part of what sizes are about. */
export function partitionRules({ tenants, allBytesMax, rollups: _, ...own }: PlainRules, partitions: number): RetentionRules {
  const ofTenant = (plain: PlainTenantRules): TenantRetention => ({
    ...plain,
    bytesMax: plain.bytesMax / partitions,
    series: plain.series.map(({ matchers, ages }) => ({
      matchers: matchers.map(({ name, operator, value }) => new Matcher(name, operator, value)),
      ages,
    })),
  });
  const ofTenants = Array.from(tenants, ([name, plain]) => [name, ofTenant(plain)] as const);
  return { ...ofTenant(own), allBytesMax: allBytesMax / partitions, tenants: new Map(ofTenants) };
}

type Section = Omit<z.output<typeof section>, 'tenants' | 'rollups'>;

/** What is not said is as `outer` has it; series rules are not inherited. */
function tenantRules(of: Section, outer: Pick<TenantRetention, 'ages' | 'slowRawMs'>): PlainTenantRules {
  return {
    ages: { ...outer.ages, ...agesOf(of) },
    slowRawMs: of.slow_raw ?? outer.slowRawMs,
    bytesMax: of.size ?? Number.POSITIVE_INFINITY,
    series: of.series.map((rule) => ({ matchers: rule.match, ages: agesOf(rule) })),
  };
}

function agesOf(of: { readonly [Name in keyof typeof RESOLUTIONS]?: number }): Ages {
  const said = Object.entries(RESOLUTIONS).flatMap(([name, widthMs]) => {
    const ageMs = of[name as keyof typeof RESOLUTIONS];
    return ageMs === undefined ? [] : [[widthMs, ageMs] as const];
  });
  return Object.fromEntries(said);
}

/** Without windows behind them. */
const RAW_ALONE_MS = DEFAULT_LIMITS.retention.ages[0];

/** Samples come up to an hour late: what is kept for less would be gone before it is whole. */
const AGE_MS_MIN = 3_600_000;

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  ...Object.fromEntries(
    ['K', 'M', 'G', 'T', 'P'].flatMap((letter, i) => [
      [`${letter}B`, 1024 ** (i + 1)],
      [`${letter}iB`, 1024 ** (i + 1)],
    ]),
  ),
};

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
