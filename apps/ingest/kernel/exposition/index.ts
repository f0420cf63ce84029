// From an exposition to columns. The host (src/kernel, src/exposition) reads whatever is new, unusual or broken by itself.
export { setSeed } from '../bytes';
export { nextBytes, nextCount, notedCount, rewrite } from './lines';
export { arrange, BODY, LAYOUT, LINES, NEXT, NUMBERS, TIMES, VALUES } from './memory';
export { add, begin, find, hasStrayed, lineNumber, position, read, skipTo, take, takeSample } from './read';
export { sampleCount } from './samples';
