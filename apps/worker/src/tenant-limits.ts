import { readFileSync } from 'node:fs';
import type { TenantLimits } from '@tidemark/tsdb';
import { isTenantName } from '@tidemark/tsdb/model';
import { z } from 'zod';

/** The file of `--tenants`: what is different for some tenants. Drawn in docs/http-api.md. */
export class TenantLimitsError extends Error {
  override readonly name = 'TenantLimitsError';
}

const Count = z.number().int().positive();

const File = z.record(
  z.string().refine(isTenantName),
  z.strictObject({
    seriesMax: Count.optional(),
    seriesPerMetricMax: Count.optional(),
    /** At least a minute: blocks wait for late samples as long, and would be many otherwise. */
    lateWindowMinutes: z.number().min(1).max(120).optional(),
    backfill: z.boolean().optional(),
  }),
);

export function readTenantLimits(path: string): Map<string, Partial<TenantLimits>> {
  try {
    return new Map(Object.entries(File.parse(JSON.parse(readFileSync(path, 'utf8')))).map(([tenant, entry]) => [tenant, limitsOf(entry)]));
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ') : (error as Error).message;
    throw new TenantLimitsError(`the limits of tenants in ${path} cannot be used: ${problem}`);
  }
}

function limitsOf({ seriesMax, seriesPerMetricMax, lateWindowMinutes, backfill }: z.infer<typeof File>[string]): Partial<TenantLimits> {
  return {
    ...(seriesMax !== undefined && { seriesPerTenantMax: seriesMax }),
    ...(seriesPerMetricMax !== undefined && { seriesPerMetricMax }),
    ...(lateWindowMinutes !== undefined && { lateWindowMs: lateWindowMinutes * 60_000 }),
    ...(backfill !== undefined && { backfillMs: backfill ? Number.POSITIVE_INFINITY : 0 }),
  };
}
