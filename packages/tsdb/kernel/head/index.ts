// The head's open samples, and how they become chunks. Its plain form is packages/tsdb/src/testing/plain-columns.ts.

export { TIMES, VALUES } from '../codec/memory';
export { append } from './append';
export { addBlocks, BEFORE as BLOCK_BEFORE, BLOCK_SAMPLES, blocksTaken, TIME_ROW, TIMES as BLOCK_TIMES, VALUE_ROW } from './blocks';
export { setChunkEnds } from './chunk-ends';
export { insert } from './insert';
export { CHUNK_SAMPLES_MAX, END, INPUT_MAX, INPUT_ROWS, INPUT_VALUES, LIVE, PAGE_WORDS, SAVED, WINDOW_MS } from './memory';
export { seal, sealColumns, sealCopy } from './seal';
export { beginPage, endPage } from './sealer';
