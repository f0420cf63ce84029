import type { SampleCounts, Stretch, Wish } from '@tidemark/promql';
import { lineAndColumn } from '@tidemark/promql/syntax';
import type { QueryProblem } from '@tidemark/rpc';
import { NOTES_MAX, RANGE_POINTS_MAX } from '../limits.ts';
import type { QueryAnswer, QueryService } from '../query/query-service.ts';
import { RESOLUTIONS, resolutionName } from '../query/resolution.ts';
import { ApiError, badParameter } from './api-error.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import type { Parameters } from './parameters.ts';
import { resultJson, seriesCount } from './result-json.ts';

/** `/api/v1/query`: an expression at one instant. */
export function instantEndpoint(queries: QueryService, now: () => number): Endpoint {
  return async ({ tenant, parameters, signal }) => {
    const limit = parameters.limit();
    const atMs = parameters.timeMs('time', now());
    const timeoutMs = parameters.optionalDurationMs('timeout');
    const lookbackMs = lookbackOf(parameters);
    const resolution = resolutionOf(parameters);
    const text = parameters.text('query');
    const stats = parameters.text('stats');
    const answer = await queries.query(
      tenant,
      text,
      { kind: 'instant', atMs, lookbackMs, resolution },
      { signal, timeoutMs, countsSamples: stats !== '' },
    );
    return answerOf(answer, { text, limit, stats });
  };
}

/** `/api/v1/query_range`: an expression at every step of a range. */
export function rangeEndpoint(queries: QueryService): Endpoint {
  return async ({ tenant, parameters, signal }) => {
    const limit = parameters.limit();
    const startMs = parameters.timeMs('start');
    const endMs = parameters.timeMs('end');
    if (endMs < startMs) throw badParameter('end', 'end timestamp must not be before start time');
    const stepMs = Math.floor(parameters.durationMs('step'));
    if (stepMs <= 0) {
      throw badParameter('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
    }
    if (Math.floor((endMs - startMs) / stepMs) > RANGE_POINTS_MAX) {
      const reason = 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)';
      throw new ApiError('bad_data', reason);
    }
    const timeoutMs = parameters.optionalDurationMs('timeout');
    const lookbackMs = lookbackOf(parameters);
    const resolution = resolutionOf(parameters);
    const text = parameters.text('query');
    const stats = parameters.text('stats');
    const when = { kind: 'range', startMs, endMs, stepMs, lookbackMs, resolution } as const;
    const answer = await queries.query(tenant, text, when, { signal, timeoutMs, countsSamples: stats !== '' });
    return answerOf(answer, { text, limit, stats });
  };
}

function lookbackOf(parameters: Parameters): number | undefined {
  try {
    return parameters.optionalDurationMs('lookback_delta');
  } catch {
    const text = JSON.stringify(parameters.text('lookback_delta'));
    throw new ApiError('bad_data', `error parsing lookback delta duration: cannot parse ${text} to a valid duration`);
  }
}

/** Not Prometheus': raw samples, or windows of one width, and nothing else. */
function resolutionOf(parameters: Parameters): Wish {
  const name = parameters.text('resolution') || 'auto';
  const wish = RESOLUTIONS.get(name);
  if (wish === undefined) throw badParameter('resolution', `must be one of ${[...RESOLUTIONS.keys()].join(', ')}`);
  return wish;
}

/** A query's problem as Prometheus' API states it; some of its endpoints do not name the parameter. */
export function apiError(problem: QueryProblem, parameter: string | null, text: string): ApiError {
  switch (problem.kind) {
    case 'bad_expression': {
      const reason = `${placeOf(problem, text)}${problem.message}`;
      return parameter === null ? new ApiError('bad_data', reason) : badParameter(parameter, reason);
    }
    case 'execution':
    case 'too_large':
      return new ApiError('execution', problem.message);
    default:
      return new ApiError(problem.kind, problem.message);
  }
}

/** Where there is nothing there is no place. */
function placeOf({ from, to }: QueryProblem, text: string): string {
  if (from === undefined) return '';
  return `${to === 0 ? 'unknown position' : lineAndColumn(text, from)}: parse error: `;
}

export const TRUNCATED = 'results truncated due to limit';

interface AskedOfAnswer {
  readonly text: string;
  readonly limit: number;
  readonly stats: string;
}

function answerOf(answer: QueryAnswer, { text, limit, stats }: AskedOfAnswer): Answer {
  if (answer.kind === 'problem') throw apiError(answer.problem, 'query', text);
  const { value, annotations, stretches, missing } = answer;
  const truncated = seriesCount(value) > limit ? [TRUNCATED] : [];
  return {
    data: resultJson(value, limit, stats === '' ? null : statsOf(answer, stats === 'all')),
    warnings: [...first(annotations.warnings, 'warning'), ...truncated, ...statsWarnings(stats)],
    infos: first(annotations.infos, 'info'),
    resolution: resolutionJson(stretches),
    missing,
  };
}

/** As many notes as Prometheus gives, and how many more there are. */
function first(notes: readonly string[], level: 'warning' | 'info'): readonly string[] {
  const omitted = notes.length - NOTES_MAX;
  return omitted > 0 ? [...notes.slice(0, NOTES_MAX), `${omitted} more ${level} annotations omitted`] : notes;
}

/** In Prometheus' names; seconds. What is not measured apart is 0. `each`: step by step, too. */
function statsOf({ cost, waitedMs, counts }: QueryAnswer & { kind: 'answer' }, each: boolean): object {
  const { elapsedMs, samples } = cost;
  return {
    timings: {
      evalTotalTime: elapsedMs / 1000,
      resultSortTime: 0,
      queryPreparationTime: 0,
      innerEvalTime: elapsedMs / 1000,
      execQueueTime: waitedMs / 1000,
      execTotalTime: (waitedMs + elapsedMs) / 1000,
    },
    samples: {
      ...(each && counts !== null && { totalQueryableSamplesPerStep: byStep(counts, counts.looked) }),
      totalQueryableSamples: counts === null ? samples : sumOf(counts.looked),
      ...(each && counts !== null && { samplesReadPerStep: byStep(counts, counts.read) }),
      samplesRead: counts === null ? samples : sumOf(counts.read),
      peakSamples: samples,
    },
  };
}

function byStep({ startMs, stepMs }: SampleCounts, counted: Float64Array): [number, number][] {
  return Array.from(counted, (samples, i) => [(startMs + i * stepMs) / 1000, samples]);
}

function sumOf(counted: Float64Array): number {
  return counted.reduce((sum, samples) => sum + samples, 0);
}

/** As Prometheus says it of what it will refuse some day. */
function statsWarnings(stats: string): string[] {
  if (['', 'true', 'all'].includes(stats)) return [];
  const value = JSON.stringify(stats);
  return [`value ${value} for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`];
}

/** What is made of raw samples throughout needs no words. */
function resolutionJson(stretches: readonly Stretch[]): unknown[] {
  if (stretches.every(({ resolutionMs, class: how }) => resolutionMs === 0 && how === 'exact')) return [];
  return stretches.map(({ fromMs, toMs, resolutionMs, class: how, error, seriesFromRaw }) => ({
    start: fromMs / 1000,
    end: toMs / 1000,
    resolution: resolutionName(resolutionMs),
    class: how,
    error,
    ...(seriesFromRaw !== undefined && { seriesFromRaw }),
  }));
}
