/** How two answers of Prometheus' API to the same query differ. */

// biome-ignore lint/suspicious/noExplicitAny: JSON of either.
type Json = any;

export interface Tolerance {
  /** Of values, as a share; of those below 1 as a difference. */
  readonly values: number;
  /** Whether warnings and infos must be the same. */
  readonly notes: boolean;
}

/** Null when they say the same. Series may come in any order, unless one asked for an order by `sort`. */
export function difference(ours: Json, theirs: Json, { values, notes }: Tolerance): string | null {
  if (ours.status !== theirs.status || ours.errorType !== theirs.errorType)
    return `${ours.errorType ?? 'success'} (${ours.error}) instead of ${theirs.errorType ?? 'success'} (${theirs.error})`;
  if (ours.status === 'error') return null;
  if (ours.data.resultType !== theirs.data.resultType) return `${ours.data.resultType} instead of ${theirs.data.resultType}`;
  if (notes && messages(ours) !== messages(theirs)) return `says\n${messages(ours)}\ninstead of\n${messages(theirs)}`;
  if (!Array.isArray(ours.data.result[0]?.values ?? ours.data.result[0]?.value))
    return pointDifference('', ours.data.result, theirs.data.result, values);
  const [here, there] = [ours, theirs].map(({ data }) => new Map<string, Json>(data.result.map((one: Json) => [nameOf(one.metric), one])));
  const lacking = [...there.keys()].find((name) => !here.has(name));
  if (lacking !== undefined) return `lacks ${lacking} ${JSON.stringify(there.get(lacking)).slice(0, 300)}`;
  for (const [name, one] of here) {
    const other = there.get(name);
    if (other === undefined) return `has ${name} ${JSON.stringify(one).slice(0, 300)}`;
    const [a, b] = [one, other].map(({ value, values }) => values ?? [value]);
    const [times, wanted] = [a, b].map((points) => points.map(([time]: [number]) => time).join(' '));
    if (times !== wanted) return `${name} at ${times} instead of ${wanted}`;
    const far = a
      .map((point: Json, i: number) => pointDifference(name, point, b[i], values))
      .find((reason: string | null) => reason !== null);
    if (far !== undefined) return far;
  }
  return null;
}

/**
 * Without their places: Prometheus names one place where several have the same, and 1:1 for subqueries. And without what it says of how far
 * buckets were from rising, where it counts the same ones again and again.
 */
function messages(answer: Json): string {
  const notes: string[] = [...(answer.warnings ?? []), ...(answer.infos ?? [])];
  const texts = notes.map((note) => note.replace(/(, from buckets .* to \S+)? \(\d+:\d+\)$/, ''));
  return [...new Set(texts)].sort().join('\n');
}

function pointDifference(name: string, ours: Json, theirs: Json, tolerance: number): string | null {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return null;
  const [a, b] = [ours, theirs].map((point) => Number(String(point?.[1]).replace('Inf', 'Infinity')));
  if (Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), 1)) return null;
  return `${name} ${JSON.stringify(ours)} instead of ${JSON.stringify(theirs)}`;
}

function nameOf(metric: Record<string, string>): string {
  return JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)));
}
