/** The repository's own sources and what each imports, read as text: for the tests that hold the structure. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  /** `apps/web`, `packages/log`, …; `scripts` and the like for what lies outside both. */
  readonly workspace: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly specifier: string;
  /** Gone after types are stripped. */
  readonly typeOnly: boolean;
  /** The source that it names; null for what comes from outside the repository. */
  readonly target: string | null;
}

const SOURCE = /\.(ts|tsx|mts|mjs)$/;
const IMPORT =
  /\b(import|export)\s+(type\s+)?(?:[\w*\s{},$]|\/\/[^\n]*\n)*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|new\s+(?:URL|Worker|SharedWorker)\(\s*(?:new URL\(\s*)?['"](\.[^'"]+)['"]/gm;

/** Every source that git knows or would take in. */
export function readSourceTree(): Map<string, Source> {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' });
  const paths = listed.split('\n').filter((path) => SOURCE.test(path) && existsSync(join(ROOT, path)));
  const entries = exportedEntries(paths);
  return new Map(
    paths.map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return [path, { path, workspace: workspaceOf(path), text, imports: importsOf(path, text, entries) }];
    }),
  );
}

/** From `@tidemark/log/file` to the file behind it, by every workspace's `exports`. */
export function exportedEntries(paths: Iterable<string>): Map<string, string> {
  const entries = new Map<string, string>();
  for (const workspace of new Set([...paths].map(workspaceOf))) {
    const manifest = join(ROOT, workspace, 'package.json');
    if (!existsSync(manifest)) continue;
    const { name, exports = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string; exports?: Record<string, string> };
    for (const [subpath, file] of Object.entries(exports)) entries.set(join(name, subpath), normalize(join(workspace, file)));
  }
  return entries;
}

function workspaceOf(path: string): string {
  const [first, second] = path.split('/');
  return first === 'apps' || first === 'packages' ? `${first}/${second}` : first;
}

function importsOf(path: string, text: string, entries: ReadonlyMap<string, string>): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const specifier = match[3] ?? match[4] ?? match[5] ?? match[6];
    const target = specifier.startsWith('.')
      ? resolveFile(normalize(join(dirname(path), specifier)))
      : specifier.startsWith('@/')
        ? resolveFile(join(workspaceOf(path), 'src', specifier.slice(2)))
        : (entries.get(specifier) ?? null);
    return { specifier, typeOnly: match[2] !== undefined, target };
  });
}

function resolveFile(path: string): string {
  for (const candidate of [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`]) {
    const file = join(ROOT, candidate);
    if (existsSync(file) && statSync(file).isFile()) return candidate;
  }
  return path;
}

/** All that is loaded when `entries` are, following `follow`. */
export function reachable(tree: ReadonlyMap<string, Source>, entries: Iterable<string>, follow: (edge: Import) => boolean): Set<string> {
  const seen = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const edge of tree.get(path)?.imports ?? []) if (edge.target !== null && follow(edge)) waiting.push(edge.target);
  }
  return seen;
}
