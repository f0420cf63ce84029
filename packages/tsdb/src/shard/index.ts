export { seriesHashOfTexts, type Utf8Texts } from '../model/series-hash.ts';
export { Placement, VIRTUAL_SHARDS } from './placement.ts';
