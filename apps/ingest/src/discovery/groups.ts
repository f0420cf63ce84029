import type { TargetGroup } from '../prometheus-config/job.ts';
import { targetGroups } from '../prometheus-config/schema.ts';

export type GroupsResult =
  | { readonly kind: 'groups'; readonly groups: readonly TargetGroup[] }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Checks what a discovery file or server gave, and adds the labels that say where each group came from. */
export function readGroups(value: unknown, meta: Readonly<Record<string, string>>): GroupsResult {
  const checked = targetGroups.safeParse(value ?? []);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0];
    return { kind: 'invalid', reason: `${path.length === 0 ? '' : `${path.join('.')}: `}${message}` };
  }
  return { kind: 'groups', groups: checked.data.map((group) => ({ ...group, labels: { ...group.labels, ...meta } })) };
}
