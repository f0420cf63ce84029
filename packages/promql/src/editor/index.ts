/** What an editor asks about a text that may be half written: what may stand at a place, and what stands there. */

export { type HoverTarget, hoverAt, spelledOut } from './hover.ts';
export { type PartialMatcher, type PartialSelector, type Place, placeAt, type Quoted } from './place.ts';
export { WORD_DOCS } from './word-docs.ts';
export { LANGUAGE_WORDS, type LanguageWord } from './words.ts';
