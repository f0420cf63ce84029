import type { AlertState } from '@tidemark/rpc';
import { type BadgeState, StateBadge } from '../../ui/state-badge.tsx';

const BADGES: Readonly<Record<AlertState | 'inactive', { readonly state: BadgeState; readonly word: string }>> = {
  firing: { state: 'firing', word: 'Firing' },
  pending: { state: 'pending', word: 'Pending' },
  resolved: { state: 'ok', word: 'Resolved' },
  inactive: { state: 'ok', word: 'Inactive' },
};

export function AlertStateBadge({ state }: { readonly state: AlertState | 'inactive' }) {
  return <StateBadge state={BADGES[state].state}>{BADGES[state].word}</StateBadge>;
}
