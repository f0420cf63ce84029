// Sums the gzipped script that a browser loads at first for each page, and the chunks that come later with their charts and editors.
// Prints one line for each page as JSON when called with --json; the tests hold the budgets against it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const build = join(import.meta.dirname, '../.next');
const sizes = new Map();

function gzipBytes(file) {
  let bytes = sizes.get(file);
  if (bytes === undefined) {
    bytes = gzipSync(readFileSync(join(build, file)), { level: 9 }).length;
    sizes.set(file, bytes);
  }
  return bytes;
}

/** The scripts that the prerendered page loads; what only browsers without modules load is not among them. */
function scriptsOf(html) {
  const tags = [...html.matchAll(/<script src="\/_next\/(static\/chunks\/[^"]+?\.js)"([^>]*)>/g)];
  return [...new Set(tags.filter(([, , attributes]) => !attributes.includes('noModule')).map(([, file]) => file))];
}

function pages(folder, prefix = '') {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return pages(join(folder, entry.name), `${prefix}/${entry.name}`);
    return entry.name.endsWith('.html') ? [{ path: `${prefix}/${entry.name.slice(0, -5)}`, file: join(folder, entry.name) }] : [];
  });
}

const all = pages(join(build, 'server/app')).map(({ path, file }) => ({ path, scripts: scriptsOf(readFileSync(file, 'utf8')) }));
const found = all.filter(({ path }) => !path.startsWith('/_'));
/** A page with nothing of its own: the bars and what they stand on. */
const shell = all.find(({ path }) => path === '/_not-found').scripts;
const sum = (scripts) => scripts.reduce((total, script) => total + gzipBytes(script), 0);
/** A chunk is the charts' when it registers their shape, the editor's when it holds CodeMirror. */
const chunks = readdirSync(join(build, 'static/chunks'))
  .filter((name) => name.endsWith('.js'))
  .map((name) => `static/chunks/${name}`);
const holding = (text) => sum(chunks.filter((chunk) => readFileSync(join(build, chunk), 'utf8').includes(text)));

const report = {
  shellBytes: sum(shell),
  chartBytes: holding('tidemark-line'),
  editorBytes: holding('cm-content'),
  pages: Object.fromEntries(found.map(({ path, scripts }) => [path, sum(scripts)])),
};
console.log(JSON.stringify(report, null, process.argv.includes('--json') ? 0 : 2));
