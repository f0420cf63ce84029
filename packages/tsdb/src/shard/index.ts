export { Placement, VIRTUAL_SHARDS } from './placement.ts';
