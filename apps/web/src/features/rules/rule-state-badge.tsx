import type { RuleState } from '@tidemark/rpc';
import { type BadgeState, StateBadge } from '../../ui/state-badge.tsx';

const BADGES: Readonly<Record<RuleState, { readonly state: BadgeState; readonly word: string }>> = {
  firing: { state: 'firing', word: 'Firing' },
  pending: { state: 'pending', word: 'Pending' },
  inactive: { state: 'ok', word: 'OK' },
  error: { state: 'nodata', word: 'Error' },
  unknown: { state: 'nodata', word: 'Not yet' },
  disabled: { state: 'nodata', word: 'Off' },
};

export function RuleStateBadge({ state }: { readonly state: RuleState }) {
  return <StateBadge state={BADGES[state].state}>{BADGES[state].word}</StateBadge>;
}
